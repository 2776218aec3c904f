"""What can be done with credits and money. Each verb posts in the caller's transaction: see `run_posting`."""

from app.features.ledger.actions.bonuses import expire_bonus, grant_bonus
from app.features.ledger.actions.by_hand import give_goodwill_by_hand, top_up_by_hand
from app.features.ledger.actions.chargebacks import reverse_chargeback, take_chargeback
from app.features.ledger.actions.deposits import forfeit_deposit, return_deposit, take_deposit
from app.features.ledger.actions.disputes import decide_appeal, file_appeal, lose_dispute, reopen_hold
from app.features.ledger.actions.freezing import freeze_account, lift_freeze
from app.features.ledger.actions.goodwill import give_goodwill
from app.features.ledger.actions.payouts import (
    cancel_payout,
    fail_payout,
    mark_payout_sent,
    request_payout,
    settle_payout,
)
from app.features.ledger.actions.proposals import (
    approve_proposal,
    propose_budget,
    propose_correction,
    propose_goodwill,
    propose_payout,
    propose_top_up,
    refuse_proposal,
)
from app.features.ledger.actions.refunds import refund_sale
from app.features.ledger.actions.releasing import release_due
from app.features.ledger.actions.sales import (
    Author,
    Download,
    pay_for_download,
    pay_for_download_alone,
)
from app.features.ledger.actions.sweeping import sweep_revenue
from app.features.ledger.actions.top_ups import move_earnings_to_wallet, top_up
from app.features.ledger.posting.beside import Beside, RowsBeside
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.features.ledger.posting.running import run_posting

__all__ = [
    "Author",
    "Beside",
    "Cause",
    "Download",
    "Key",
    "Posted",
    "RowsBeside",
    "approve_proposal",
    "cancel_payout",
    "decide_appeal",
    "expire_bonus",
    "fail_payout",
    "file_appeal",
    "forfeit_deposit",
    "freeze_account",
    "give_goodwill",
    "give_goodwill_by_hand",
    "grant_bonus",
    "lift_freeze",
    "lose_dispute",
    "mark_payout_sent",
    "move_earnings_to_wallet",
    "pay_for_download",
    "pay_for_download_alone",
    "propose_budget",
    "propose_correction",
    "propose_goodwill",
    "propose_payout",
    "propose_top_up",
    "refund_sale",
    "refuse_proposal",
    "release_due",
    "reopen_hold",
    "request_payout",
    "return_deposit",
    "reverse_chargeback",
    "run_posting",
    "settle_payout",
    "sweep_revenue",
    "take_chargeback",
    "take_deposit",
    "top_up",
    "top_up_by_hand",
]
