"""The list of who was erased, kept in a file apart from the backups, and replayed after a restore.

It holds ids and dates, no names. Whoever restores a backup that is older than an erasure has the erased
person back in the database, and out again before anybody is served.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.privacy.erasing import Eraser
from app.features.members.privacy.models import Tombstone
from app.kit.errors import Invalid
from app.kit.text import Text

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, order=True)
class Stone:
    kind: str
    id: str
    at: str = ""


async def keep_tombstones(database: Database, file: Path) -> int:
    """Bring the file up to date: what it held stays, also of before a restore. Returns how many it holds."""
    async with database.reading() as session:
        stored = await session.execute(select(Tombstone.kind, Tombstone.public_id, Tombstone.at))
        of_database = [Stone(row.kind, row.public_id, row.at.isoformat()) for row in stored]
    by_id = {(one.kind, one.id): one for one in (*of_database, *read_tombstones(file))}
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    with beside.open("w", encoding="utf-8") as opened:
        opened.writelines(f"{json.dumps(asdict(one))}\n" for one in sorted(by_id.values()))
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
    return len(by_id)


def read_tombstones(file: Path) -> list[Stone]:
    """None where there is no file yet. Raises Invalid for one that is no such list."""
    if not file.exists():
        return []
    try:
        return [Stone(**json.loads(line)) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (ValueError, TypeError) as error:
        raise Invalid(
            Text(
                zh=f"{file.name} 不是墓碑名单：每行须是 {{kind, id, at}} 的 JSON。",
                en=f"{file.name} is no list of tombstones: each line must be JSON with kind, id, at.",
            ),
            field="file",
        ) from error


async def replay_tombstones(database: Database, eraser: Eraser, file: Path) -> int:
    """Erase again whoever the file names and the database still knows. Acting for the system; returns how
    many it erased."""
    stones = read_tombstones(file)
    if not stones:
        return 0
    async with database.reading() as session:
        back = await _back_in(session, stones)
    if not any(back):
        return 0
    people, companies = back

    async def work(session: WriteSession) -> None:
        for person_id in people:
            await eraser.erase(session, person_id)
        for company_id in companies:
            await eraser.close_company(session, company_id)

    await run_write(database, work)
    return len(people) + len(companies)


async def _back_in(session: AsyncSession, stones: Sequence[Stone]) -> tuple[list[int], list[int]]:
    """Internal ids of the people and companies that are there again."""
    people: list[int] = []
    companies: list[int] = []
    for start in range(0, len(stones), _AT_ONCE):
        some = [one.id for one in stones[start : start + _AT_ONCE]]
        back = select(Person.id).where(Person.public_id.in_(some), Person.state != "erased")
        people += await session.scalars(back)
        companies += await session.scalars(
            select(Company.id).where(Company.public_id.in_(some), Company.name != "")
        )
    return people, companies
