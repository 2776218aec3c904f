"""Why an event of a provider is not matched, or a payout in doubt, in words for staff."""

from app.kit.text import Text

_PROBLEMS = {
    "waiting": Text(zh="还没有处理", en="Not looked at yet"),
    "company": Text(zh="没有这个公司编号", en="No company has this id"),
    "asset": Text(zh="不收这种货币", en="We do not take this currency"),
    "amount": Text(zh="金额超出单笔上限", en="The amount is above the limit of one movement"),
    "paid": Text(zh="还没有收到它的付款事件", en="The payment itself has not been told of yet"),
    "charged_back": Text(zh="还没有收到它的拒付事件", en="The chargeback has not been told of yet"),
    "paid_before": Text(
        zh="同一笔付款已用别的金额或公司入账",
        en="The same payment was booked with another amount or company",
    ),
}


_DOUBTS = {
    "unanswered": Text(zh="付款方没有回答", en="the provider did not answer"),
    "unknown": Text(
        zh="付款方说没有收到这笔指令，已重新发出",
        en="the provider says it never got the order; it was sent again",
    ),
    "unreadable": Text(zh="付款方的回答不是约定的格式", en="the provider's answer is not of the agreed form"),
    "contradicts": Text(
        zh="付款方的回答与账上不符，须人工核对",
        en="the provider's answer contradicts the books: somebody has to look",
    ),
}


def doubt_in_words(doubt: str | None) -> Text | None:
    """Why nobody knows what became of a payout."""
    return _DOUBTS[doubt] if doubt else None


def problem_in_words(problem: str | None) -> Text:
    word = problem or ""
    return _PROBLEMS.get(word) or Text(zh=word, en=word)
