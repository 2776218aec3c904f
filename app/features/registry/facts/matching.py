"""Which organisation a notice speaks of: one or none, never a guess.

Names are compared as a whole, folded; a branch is therefore not its head office, and nothing is fuzzy.
Where several bear the name, or the name alone could be anybody's, the place of the notice decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.batches import in_batches
from app.features.registry.models import Organisation, OrganisationAlias
from search.analysis.normalise import normalise
from search.analysis.regions import leading_ends

_PER_QUERY = 500
_KEPT = 50_000  # names whose bearers are remembered
_COMPANY = ("公司", "集团")

State = Literal["matched", "ambiguous", "unknown"]
Basis = Literal["name", "former", "alias"]


@dataclass(frozen=True, slots=True)
class Party:
    """A name as a notice gives it, and where the notice is from."""

    name: str
    province: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """An organisation of this name; `has_code` where a list of the whole country names it."""

    id: int
    basis: Basis
    province: str | None
    city: str | None
    has_code: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    organisation_id: int | None = None


UNKNOWN = Outcome("unknown")
AMBIGUOUS = Outcome("ambiguous")


class Matcher:
    """Matches parties batch by batch, remembering the names it has met."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Bearer, ...]] = {}

    async def match(self, session: AsyncSession, parties: Sequence[Party]) -> list[Outcome]:
        folded = [normalise(party.name) for party in parties]
        if len(self._known) > _KEPT:
            self._known.clear()
        wanted = [name for name in dict.fromkeys(folded) if len(name) >= 2 and name not in self._known]
        self._known |= await _bearers(session, wanted)
        return [
            choose(party, name, self._known.get(name, ()))
            for party, name in zip(parties, folded, strict=True)
        ]


def choose(party: Party, folded: str, bearers: Iterable[Bearer]) -> Outcome:
    """`bearers` are all that bear the folded name, by any of their names."""
    several = list(bearers)
    proper = [one for one in several if one.basis == "name"] or several
    if not proper:
        return UNKNOWN
    if len({one.id for one in proper}) == 1:
        return _settled(proper[0]) if _may_be(party, folded, proper[0]) else AMBIGUOUS
    for narrowed in (
        [one for one in proper if _same_city(party, one)],
        [one for one in proper if _same_province(party, one)],
    ):
        if len({one.id for one in narrowed}) == 1:
            return _settled(narrowed[0])
        if narrowed:
            break
    return AMBIGUOUS


def _settled(one: Bearer) -> Outcome:
    return Outcome("matched", one.id)


def _may_be(party: Party, folded: str, only: Bearer) -> bool:
    """Whether the only known bearer of the name is likely the only one there is."""
    if only.basis == "alias" and party.province:
        # 工行 in Yunnan buys for its branch there; 一中 of another province is another school.
        return _same_province(party, only) and not _other_city(party, only)
    if leading_ends(folded):  # it says itself where it is
        return True
    if party.province and only.province and party.province != only.province:
        # A company's notice from elsewhere is as often one of its branches there.
        return only.has_code and not folded.endswith(_COMPANY)
    if only.has_code or folded.endswith(_COMPANY):
        return True
    return _same_province(party, only) and not _other_city(party, only)


def _same_province(party: Party, one: Bearer) -> bool:
    return bool(party.province) and party.province == one.province


def _same_city(party: Party, one: Bearer) -> bool:
    return _same_province(party, one) and bool(party.city) and party.city == one.city


def _other_city(party: Party, one: Bearer) -> bool:
    return bool(party.city and one.city) and party.city != one.city


async def _bearers(session: AsyncSession, names: Sequence[str]) -> dict[str, tuple[Bearer, ...]]:
    """For each folded name all that bear it; none for a name nobody bears."""
    found: dict[str, list[Bearer]] = defaultdict(list)
    of_organisation = (Organisation.id, Organisation.province, Organisation.city, Organisation.code)
    for batch in in_batches(names, _PER_QUERY):
        named = select(Organisation.name_norm, *of_organisation).where(
            Organisation.name_norm.in_(batch), Organisation.status == "active"
        )
        for name, id_, province, city, code in await session.execute(named):
            found[name].append(Bearer(id_, "name", province, city, bool(code)))
        aliased = (
            select(OrganisationAlias.alias_norm, OrganisationAlias.kind, *of_organisation)
            .join(Organisation, Organisation.id == OrganisationAlias.organisation_id)
            .where(OrganisationAlias.alias_norm.in_(batch), Organisation.status == "active")
        )
        for name, kind, id_, province, city, code in await session.execute(aliased):
            basis: Basis = "former" if kind == "former" else "alias"
            found[name].append(Bearer(id_, basis, province, city, bool(code)))
    return {name: tuple(found.get(name, ())) for name in names}
