"""Names cut out of a text at the wrong character, told from the row alone. Pure.

汉市第一医院 in 武汉市 is 武汉市第一医院: a second organisation of that name would split what is known of it.
"""

from collections.abc import Mapping

from app.kit.text import Text
from search.analysis.regions import match_regions

_PLACES = ("province", "city", "district")
_SHORTEST_PLACE = 3  # of 吉县 one character would be left
_OFFICIAL_ENDINGS = tuple("省市县区州盟旗")
_OF_THE_SENTENCE = ("该", "对", "关于")
_CUT_ENDINGS = ("有限公", "有限责任公")


def badly_cut(row: Mapping[str, str]) -> Text | None:
    """Why the row's name is no whole name, or more than one; None if nothing says so."""
    name = row.get("name", "")
    if name.endswith(_CUT_ENDINGS):
        return Text(zh=f"名称末尾不完整：{name[-3:]}", en=f"the end of the name is missing: {name[-3:]}")
    for word in _OF_THE_SENTENCE:
        if name.startswith(word) and _official_place_of(name[len(word) :]):
            return Text(zh=f"名称前多出“{word}”", en=f'"{word}" does not belong to the name')
    for field in _PLACES:
        place = row.get(field, "")
        if len(place) >= _SHORTEST_PLACE and name.startswith(place[1:]) and not _place_of(name):
            return Text(
                zh=f"名称缺首字：所在地为{place}，名称却以“{place[1:]}”开头",
                en=f'its first character is missing: in {place} the name starts with "{place[1:]}"',
            )
    return None


def _place_of(name: str) -> str:
    """The place that the name begins with, as written there."""
    return max((name[: found.end] for found in match_regions(name) if found.start == 0), key=len, default="")


def _official_place_of(name: str) -> str:
    place = _place_of(name)
    return place if place.endswith(_OFFICIAL_ENDINGS) else ""
