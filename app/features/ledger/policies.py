"""Who may use the routes of the ledger: one row each, to be read in one sitting."""

from app.features.ledger.payments.signature import SignedByProvider
from app.features.members.permissions import Permission
from app.web.policy import Policy

READS_WALLET = Policy("member", permission=Permission.WALLET_READ, scope="wallet")
# No token may do any of these: without a scope here, none reaches them.
EXPORTS_WALLET = Policy("member", permission=Permission.WALLET_READ, step_up=True)
SPENDS = Policy("member", permission=Permission.WALLET_SPEND, second_factor=True)
PAYS_OUT = Policy("member", permission=Permission.WALLET_PAYOUT, step_up=True)
FINANCE = Policy("staff", permission=Permission.STAFF_FINANCE)  # reading
# Whatever moves, stops or promises credits: at a browser that was left open nobody does.
MOVES_MONEY = Policy("staff", permission=Permission.STAFF_FINANCE, step_up=True)
PROVIDER = SignedByProvider("signed")
