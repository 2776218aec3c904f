"""Which stored organisation each row of a file speaks of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.batches import in_batches
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.life.whereabouts import FormerNames, former_names
from app.features.registry.models import Organisation
from app.kit.ids import stable_id

_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Match:
    """The stored organisation that a row speaks of."""

    id: int
    fingerprint: str
    by_former_name: bool = False  # which the organisation keeps as that; it is not called so again


@dataclass(frozen=True, slots=True)
class Matches:
    """By row number: the match, if any; and the public id that a new organisation gets.

    `absorbed` rows speak of an organisation that another row of the file names better.
    """

    of_row: dict[int, Match]
    public_id_of_new: dict[int, str]
    absorbed: frozenset[int] = frozenset()


async def match_rows(session: AsyncSession, rows: Sequence[OrganisationRow]) -> Matches:
    """Same name and same stated city; where one side names no city, same name if that is unmistakable."""
    in_file = Counter(row.name for row in rows)
    stored = await _stored_by_name(session, in_file)
    former = await former_names(session)
    of_row: dict[int, Match] = {}
    new: dict[int, str] = {}
    for row in rows:
        places = stored.get(row.name, {})
        match = places.get(row.city)
        if match is None and len(places) == in_file[row.name] == 1 and ("" in places or not row.city):
            match = next(iter(places.values()))
        match = _led_on(former, row, match)
        if match:
            of_row[row.number] = match
        elif places or in_file[row.name] > 1:
            new[row.number] = stable_id("organisation", row.name, row.city)
        else:
            new[row.number] = stable_id("organisation", row.name)
    return _without_doubles(of_row, new)


def _led_on(former: FormerNames, row: OrganisationRow, match: Match | None) -> Match | None:
    """Where merging and renaming lead the row on."""
    if match is not None:
        led = former.of_id.get(match.id)
    else:
        places = former.of_name.get(row.name, {})
        led = places.get(row.city) or (next(iter(places.values())) if len(places) == 1 else None)
    return Match(led.id, led.fingerprint, by_former_name=True) if led else match


def _without_doubles(of_row: dict[int, Match], new: dict[int, str]) -> Matches:
    """One row an organisation: its present name before a former one, else the first."""
    taken = {match.id for match in of_row.values() if not match.by_former_name}
    absorbed = set()
    for number, match in of_row.items():
        if match.by_former_name:
            if match.id in taken:
                absorbed.add(number)
            taken.add(match.id)
    kept = {number: match for number, match in of_row.items() if number not in absorbed}
    return Matches(kept, new, frozenset(absorbed))


async def _stored_by_name(session: AsyncSession, names: Iterable[str]) -> dict[str, dict[str, Match]]:
    found: dict[str, dict[str, Match]] = defaultdict(dict)
    wanted = list(names)
    columns = select(Organisation.name, Organisation.place, Organisation.id, Organisation.fingerprint)
    for batch in in_batches(wanted, _PER_QUERY):
        for name, place, id_, fingerprint in await session.execute(
            columns.where(Organisation.name.in_(batch))
        ):
            found[name][place] = Match(id_, fingerprint)
    return found
