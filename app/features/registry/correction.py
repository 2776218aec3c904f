"""What the reader sets right: it holds for one answer, and stands in its address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.features.knowledge.catalogue import Catalogue, Industry
from app.features.knowledge.recognition import Reading, Recognition
from app.kit.errors import Invalid
from app.kit.text import Text
from search.analysis.regions import provinces

_UNKNOWN = "other"
_CHOSEN = Text(zh="你选的", en="chosen by you")


@dataclass(frozen=True, slots=True)
class Correction:
    """Codes of the catalogue, full name of a province. None: left alone; empty: the reader is unsure,
    so that nothing is taken as known (an industry is then `other`)."""

    industry: str | None = None
    sub_industry: str | None = None
    level: str | None = None
    province: str | None = None


NO_CORRECTION = Correction()


def corrected(recognition: Recognition, correction: Correction, catalogue: Catalogue) -> Recognition:
    """The recognition with what the reader set. Raises Invalid naming the field and what it accepts."""
    industry = _industry(recognition, correction, catalogue)
    changes_industry = industry.code != recognition.industry.value
    sub = _within(
        "sub_industry",
        correction.sub_industry,
        None if changes_industry else recognition.sub_industry,
        accepted=[sub.code for sub in industry.sub_industries],
        stale=[sub.code for sub in catalogue.industries[recognition.industry.value].sub_industries],
    )
    level = _within(
        "level",
        correction.level,
        None if changes_industry else recognition.level,
        accepted=[level.code for level in industry.levels],
        stale=[level.code for level in catalogue.industries[recognition.industry.value].levels],
    )
    province = _within("province", correction.province, recognition.province, accepted=provinces(), stale=())
    moved = province != recognition.province
    return replace(
        recognition,
        industry=_chosen(industry.code) if changes_industry else recognition.industry,
        alternatives=() if correction.industry is not None else recognition.alternatives,
        sub_industry=sub,
        level=level,
        province=province,
        city=None if moved else recognition.city,
        district=None if moved else recognition.district,
    )


def _industry(recognition: Recognition, correction: Correction, catalogue: Catalogue) -> Industry:
    code = recognition.industry.value if correction.industry is None else correction.industry or _UNKNOWN
    if code not in catalogue.industries:
        raise _not_accepted("industry", list(catalogue.industries))
    return catalogue.industries[code]


def _within(
    field: str, wanted: str | None, known: Reading | None, *, accepted: Sequence[str], stale: Sequence[str]
) -> Reading | None:
    """`stale` codes belong to the industry that the reader has just left: the form still sends them."""
    if wanted is None or (known is not None and known.value == wanted):
        return known
    if not wanted:
        return None
    if wanted in accepted:
        return _chosen(wanted)
    if wanted in stale:
        return None
    raise _not_accepted(field, accepted)


def _chosen(value: str) -> Reading:
    return Reading(value, 1.0, _CHOSEN, basis="reader")


def _not_accepted(field: str, accepted: Sequence[str]) -> Invalid:
    listed = ", ".join(accepted)
    return Invalid(
        Text(zh=f"“{field}”只能是：{listed}", en=f"“{field}” must be one of: {listed}"), field=field
    )
