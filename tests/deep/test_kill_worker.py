"""The worker, killed while it works: whoever comes next does every job, and each has its effect once."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.documents import KIND
from app.features.registry.events import OrganisationsChanged, RegistryReplaced
from app.features.registry.models import Organisation
from app.kit import clock
from app.outbox.models import OutboxJob
from app.outbox.recorder import record
from search import build_engine
from search.contract import SearchQuery
from tests.deep.conftest import ROWS
from tests.deep.processes import topctl

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]

JOBS = 40  # one organisation each
_SECONDS = 60


class Installation:
    """What the test looks at beside the worker."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")

    async def rename(self) -> dict[str, str]:
        """Give JOBS organisations another name, each with a job of its own; the new name by public id."""

        async def work(session: WriteSession) -> dict[str, str]:
            rows = (
                await session.execute(
                    select(Organisation.id, Organisation.public_id).order_by(Organisation.id).limit(JOBS)
                )
            ).all()
            for number, row in enumerate(rows):
                await session.execute(
                    update(Organisation)
                    .where(Organisation.id == row.id)
                    .values(name=f"晨光第{number}工具厂", rev=Organisation.rev + 1, updated_at=clock.now())
                )
                record(session, OrganisationsChanged(ids=[row.id]))
            return {row.public_id: f"晨光第{number}工具厂" for number, row in enumerate(rows)}

        return await run_write(self.database, work)

    async def ask_for_a_rebuild(self) -> None:
        async def work(session: WriteSession) -> None:
            record(session, RegistryReplaced())

        await run_write(self.database, work)

    async def waiting(self) -> int:
        async with self.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(OutboxJob)) or 0

    async def forget_leases(self) -> None:
        """What the dead worker had claimed is due again, as after the time of its lease."""
        await run_write(
            self.database,
            lambda session: session.execute(update(OutboxJob).values(available_at=clock.now())),
        )

    async def wait_until(self, most: int) -> None:
        deadline = time.monotonic() + _SECONDS
        while await self.waiting() > most:
            assert time.monotonic() < deadline, "the worker does not get on"
            await asyncio.sleep(0.01)

    async def found(self, names: list[str]) -> tuple[int, dict[str, list[str]]]:
        """How many documents there are, and the ids that bear each name."""
        engine = build_engine(self.var / "search")
        bearing = {}
        for name in names:
            page = await engine.search(KIND, SearchQuery(name, ("public",)))
            bearing[name] = [hit.id for hit in page.hits if hit.name == name]
        documents = (await engine.health()).documents[KIND]
        await engine.close()
        return documents, bearing


@pytest.fixture(scope="module")
def indexed(organisations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("indexed")
    assert topctl(var, "import", "organisations", organisations).end() == 0
    assert topctl(var, "prepare").end() == 0
    return var


@asynccontextmanager
async def settled(var: Path) -> AsyncIterator[Installation]:
    """No job is left from the import."""
    installation = Installation(var)
    try:
        await installation.forget_leases()
        if await installation.waiting():
            worker = topctl(var, "worker")
            await installation.wait_until(0)
            worker.kill()
        yield installation
    finally:
        await installation.database.close()


@pytest.fixture
def var(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "var"))


async def _killed_on_the_way(installation: Installation, *, left: list[int]) -> None:
    renamed = await installation.rename()
    for most in left:
        worker = topctl(installation.var, "worker")
        await installation.wait_until(most)
        worker.kill()
        await installation.forget_leases()
    assert 0 < await installation.waiting() <= left[-1], "it was not killed half way"
    last = topctl(installation.var, "worker")
    await installation.wait_until(0)
    last.kill()
    documents, bearing = await installation.found(list(renamed.values()))
    assert bearing == {name: [public_id] for public_id, name in renamed.items()}
    assert documents == ROWS


@pytest.mark.parametrize("left", [[JOBS - 1], [JOBS - 7], [20], [35, 25, 10]], ids=str)
@pytest.mark.statement(65)
def test_a_killed_worker_loses_no_job_and_doubles_none(var: Path, left: list[int]) -> None:
    async def run() -> None:
        async with settled(var) as installation:
            await _killed_on_the_way(installation, left=left)

    asyncio.run(run())


async def _killed_while_rebuilding(installation: Installation) -> None:
    await installation.ask_for_a_rebuild()
    renamed = await installation.rename()
    worker = topctl(installation.var, "worker")
    await installation.wait_until(JOBS)  # the first job, the rebuild by a child, is done or lost
    worker.kill()
    await installation.forget_leases()
    last = topctl(installation.var, "worker")
    await installation.wait_until(0)
    last.kill()
    documents, bearing = await installation.found(list(renamed.values()))
    assert bearing == {name: [public_id] for public_id, name in renamed.items()}
    assert documents == ROWS


def test_a_worker_killed_behind_a_rebuild_leaves_the_newest_names(var: Path) -> None:
    async def run() -> None:
        async with settled(var) as installation:
            await _killed_while_rebuilding(installation)

    asyncio.run(run())
