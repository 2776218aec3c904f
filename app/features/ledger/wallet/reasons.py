"""Why something waits or came back, in words."""

from app.features.ledger.policy import CHARGEBACK, SALE_HOLD
from app.kit.text import Text

_OF_PLATFORM = {
    SALE_HOLD: Text(
        zh="每笔收益都要过退款期才能提取", en="Every sale waits until the buyer can no longer return it"
    ),
    CHARGEBACK: Text(zh="买方的付款被银行撤回", en="The buyer's bank took the payment back"),
    "cancelled": Text(zh="已自行撤销", en="Cancelled by your company"),
}


def reason_in_words(reason: str) -> Text:
    """Reasons of the platform itself are words for programs; those of staff are sentences."""
    return _OF_PLATFORM.get(reason) or Text(zh=reason, en=reason)
