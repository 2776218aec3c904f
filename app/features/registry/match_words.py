"""Why a line is in the list, in words."""

from app.features.registry.certainty import agrees, is_famous
from app.kit.text import Text
from search.analysis.normalise import normalise
from search.contract import Hit

_ALIKE = Text(zh="名称相近", en="Similar name")
_WORDS = {
    "pinyin": Text(zh="拼音", en="Pinyin"),
    "initials": Text(zh="拼音首字母", en="Initials"),
    "fuzzy": _ALIKE,
}


def why_matched(hit: Hit, text: str) -> Text | None:
    """None where the name itself shows it."""
    if hit.matched_by == "alias":
        return _why_alias(hit, text)
    if hit.matched_by == "former_name":
        return Text(zh=f"曾用名“{hit.matched_text}”", en=f"Formerly “{hit.matched_text}”")
    if hit.matched_by == "core" and normalise(text) not in normalise(hit.name):
        return _ALIKE
    return _WORDS.get(hit.matched_by)


def _why_alias(hit: Hit, text: str) -> Text:
    if is_famous(hit, text):
        return Text(zh="通用简称", en="Common short name")
    if hit.matched_text != hit.name:
        return Text(zh=f"简称“{hit.matched_text}”", en=f"Also called “{hit.matched_text}”")
    return Text(zh="简称", en="Short form") if agrees(text, hit.name) else _ALIKE
