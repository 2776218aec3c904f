"""The numbers of the ledger's policy, in one place."""

from datetime import timedelta

from app.kit.amount import credits

HOLD_DAYS = 14  # earnings of a sale wait this long
SALE_HOLD = "sale_window"  # the reason of a hold that every sale has
CHARGEBACK = "chargeback"  # the reason of what the platform freezes and disputes by itself
BONUS_RETURN_DAYS = 30  # bonus credits that come back with a refund are good for this long
MAX_BONUS_DAYS = 366
DISPUTE_DAYS = 30  # earnings under a chargeback wait at most this long
MAX_AUTHORS = 20  # of one sale
MAX_FEE_BASIS_POINTS = 9_000
# Without a second person a company may be given up to this, within so long; more takes a proposal.
ALONE_UP_TO, ALONE_WITHIN = credits(1_000), timedelta(days=30)
RELEASE_BATCH = 500
PAYOUT_ASK_AFTER = timedelta(minutes=10)  # a payout sent or asked about so long ago is asked about
PAYOUT_UNTOUCHED = timedelta(minutes=2)  # after this no order to the provider can be under way any more
PAYOUT_LATE = timedelta(days=1)  # a payout sent so long ago has somebody look at it
PAYOUT_DOUBTFUL = timedelta(hours=1)  # one that is in doubt since then, too
CREDIT_MINOR_PER_FEN = 10  # a yuan buys a credit
