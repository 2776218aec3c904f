"""Why a line is in the list, in words."""

from app.kit.text import Text
from search.contract import Hit


def why_matched(hit: Hit) -> Text | None:
    """None where the name itself shows it."""
    if hit.matched_by == "alias" and hit.matched_text == hit.name:
        return Text(zh="按通用简称", en="By a common short name")
    if hit.matched_by == "alias":
        return Text(zh=f"简称“{hit.matched_text}”", en=f"Also called “{hit.matched_text}”")
    if hit.matched_by == "former_name":
        return Text(zh=f"曾用名“{hit.matched_text}”", en=f"Formerly “{hit.matched_text}”")
    return _WORDS.get(hit.matched_by)


_WORDS = {
    "pinyin": Text(zh="按拼音", en="By pinyin"),
    "initials": Text(zh="按拼音首字母", en="By initials"),
    "fuzzy": Text(zh="名称相近", en="Similar name"),
}
