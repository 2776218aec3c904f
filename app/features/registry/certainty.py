"""Whether a hit is the organisation that was meant, or only one like it. Pure."""

import re
from collections.abc import Sequence

from app.features.registry.records import OrganisationLine
from search.analysis.famous import expand
from search.analysis.names import analyse, without_legal_form
from search.analysis.normalise import normalise
from search.analysis.pinyin import syllables_of
from search.analysis.regions import match_regions
from search.contract import Hit

_NAMED = frozenset({"exact", "alias", "former_name"})
_CLEAR_LEAD = 60.0  # in the engine's scores: more than spelling and fame can make between equal matches
_FEWEST_INITIALS = 4
# Names that differ in one of these are different organisations, not typing mistakes.
_TELLING = re.compile(r"[0-9一二三四五六七八九十百东南西北中上下新老省市区县州]")
_DISTRICT_ENDINGS = "区县市旗"
_PEOPLES_HOSPITAL = re.compile(r"人民医院|人医")
# Of these a place has one alone, however its name is shortened.
_AUTHORITY = re.compile(r"(?:局|委|委员会|政府|法院|检察院)$")


def certain(lines: Sequence[OrganisationLine], hits: Sequence[Hit], text: str) -> OrganisationLine | None:
    """The first line, when it bears the typed name and no other bears it nearly as well."""
    if not hits or not _is_meant(hits[0], lines[0], text):
        return None
    if is_famous(hits[0], text):
        return lines[0]
    by_rule = hits[0].matched_by == "alias" and not is_typed(hits[0], text)
    rivals = [
        hit
        for hit in hits[1:]
        if (by_rule or hit.matched_by == hits[0].matched_by) and hits[0].score - hit.score < _CLEAR_LEAD
    ]
    return None if rivals else lines[0]


def is_good(line: OrganisationLine, text: str) -> bool:
    """Whether the line may be what was meant, so that the typed name needs no answer of its own."""
    if line.matched_by in _NAMED:
        return True
    if _is_elsewhere(line, text):
        return False
    if line.matched_by != "fuzzy":
        return True
    typed, name = normalise(text), normalise(line.name)
    if len(typed) != len(name):
        return False
    differing = [pair for pair in zip(typed, name, strict=True) if pair[0] != pair[1]]
    return len(differing) <= 1 and not any(_TELLING.search("".join(pair)) for pair in differing)


def is_famous(hit: Hit, text: str) -> bool:
    """Whether the text is a curated short form of this very name: 北大."""
    found = expand(normalise(text))
    return found is not None and found.whole and found.full == normalise(hit.name)


def is_typed(hit: Hit, text: str) -> bool:
    """Whether the name that matched is the text itself, and no form of it made by a rule."""
    return without_legal_form(normalise(hit.matched_text)) == without_legal_form(normalise(text))


def agrees(text: str, name: str) -> bool:
    """Whether a shortening made by rule leaves no doubt: 朝阳区人民医院 is not 朝阳医院."""
    return bool(_AUTHORITY.search(normalise(name))) or _marks(text) == _marks(name)


def _is_meant(hit: Hit, line: OrganisationLine, text: str) -> bool:
    if hit.matched_by in ("pinyin", "initials"):
        return _sounds_whole(hit, text)
    if hit.matched_by != "alias" or is_typed(hit, text) or is_famous(hit, text):
        return hit.matched_by in _NAMED
    return agrees(text, hit.matched_text) and not _is_elsewhere(line, text)


def _sounds_whole(hit: Hit, text: str) -> bool:
    """Letters that spell the whole name. Characters are what they are, however they sound."""
    typed = normalise(text)
    if not (typed.isascii() and typed.isalpha()):
        return False
    forms = analyse(hit.matched_text)
    spellings = [syllables_of(form) for form in (forms.norm, forms.nosuf)]
    if hit.matched_by == "pinyin":
        return any("".join(syllables) == typed for syllables in spellings)
    letters = ("".join(syllable[0] for syllable in syllables) for syllables in spellings)
    return len(typed) >= _FEWEST_INITIALS and typed in letters


def _marks(text: str) -> frozenset[str]:
    """What tells institutions of one place apart though people leave it out."""
    folded = normalise(text)
    ends = {folded[found.end - 1] for found in match_regions(folded) if found.region.level == "district"}
    marks = {end for end in ends if end in _DISTRICT_ENDINGS}
    return frozenset(marks | ({"人民"} if _PEOPLES_HOSPITAL.search(folded) else set()))


def _is_elsewhere(line: OrganisationLine, text: str) -> bool:
    """Whether the typed name speaks of places, and the organisation is known to be in none of them."""
    regions = [region for found in match_regions(text) for region in (found.region, *found.alternatives)]
    if not regions or not line.province:
        return False
    return not any(
        region.province == line.province
        and (line.city is None or region.city in ("", line.city))
        and (line.district is None or region.district in ("", line.district))
        for region in regions
    )
