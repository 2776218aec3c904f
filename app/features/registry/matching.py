"""Which stored organisation each row of a file speaks of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.batches import in_batches
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.models import Organisation
from app.kit.ids import stable_id

_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Match:
    """The stored organisation that a row speaks of."""

    id: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Matches:
    """By row number: the match, if any; and the public id that a new organisation gets."""

    of_row: dict[int, Match]
    public_id_of_new: dict[int, str]


async def match_rows(session: AsyncSession, rows: Sequence[OrganisationRow]) -> Matches:
    """Same name and same stated city; where one side names no city, same name if that is unmistakable."""
    in_file = Counter(row.name for row in rows)
    stored = await _stored_by_name(session, in_file)
    of_row: dict[int, Match] = {}
    new: dict[int, str] = {}
    for row in rows:
        places = stored.get(row.name, {})
        match = places.get(row.city)
        if match is None and len(places) == in_file[row.name] == 1 and ("" in places or not row.city):
            match = next(iter(places.values()))
        if match:
            of_row[row.number] = match
        elif places or in_file[row.name] > 1:
            new[row.number] = stable_id("organisation", row.name, row.city)
        else:
            new[row.number] = stable_id("organisation", row.name)
    return Matches(of_row, new)


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
