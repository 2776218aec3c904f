"""Why an event of a provider is not matched, in words for staff."""

from app.kit.text import Text

_PROBLEMS = {
    "waiting": Text(zh="还没有处理", en="not looked at yet"),
    "company": Text(zh="没有这个公司编号", en="no company has this id"),
    "asset": Text(zh="不收这种货币", en="we do not take this currency"),
    "amount": Text(zh="金额超出单笔上限", en="the amount is above the limit of one movement"),
    "paid": Text(zh="还没有收到它的付款事件", en="the payment itself has not been told of yet"),
    "charged_back": Text(zh="还没有收到它的拒付事件", en="the chargeback has not been told of yet"),
    "paid_before": Text(
        zh="同一笔付款已用别的金额或公司入账",
        en="the same payment was booked with another amount or company",
    ),
}


def problem_in_words(problem: str | None) -> Text:
    word = problem or ""
    return _PROBLEMS.get(word) or Text(zh=word, en=word)
