"""What the second wall costs a signed-in page on PostgreSQL: telling each transaction for whom it acts, and
row-level security itself. The same page, three ways in turn.

Usage: python -m benchmarks.second_wall postgresql+asyncpg://owner@host/empty
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import patch

import httpx
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from app.db import tenancy
from app.db.engine import Database, WriteSession
from app.db.migrating import upgrade
from app.db.rights import grant_rights
from app.db.tenancy import SYSTEM, act_for
from app.db.writing import run_write
from app.features.follows.models import Follow
from app.features.knowledge.actions import load_into
from app.features.knowledge.loading import load_pack
from app.features.members.models import Company, Person
from app.features.members.signing_in.sessions import start_session
from app.kit import clock, logs
from app.kit.ids import random_id
from app.main import create_app
from app.settings import Settings
from benchmarks.serving import percentile
from search import build_engine

ROUNDS = 400
WARM_UP = 20
PAGE = "/my/follows"
ROLE = "top_bench"
_OFTEN = 10**6


async def prepare(owner: Database) -> str:
    """Schema, pack, one member with a few follows; returns the session."""
    await upgrade(owner)
    async with owner.engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}'"))
    await grant_rights(owner, ROLE)
    pack = load_pack()

    async def work(session: WriteSession) -> str:
        await load_into(session, pack)
        company = {"public_id": random_id(), "name": "A", "name_key": "a", "profile": {}, "state": "active"}
        company |= {"verification": "verified", "created_at": clock.now()}
        company_id = await session.scalar(insert(Company).values(company).returning(Company.id))
        person = {"public_id": random_id(), "kind": "member", "company_id": company_id, "role": "sales"}
        person |= {"mail": "a@example.com", "name": "A", "language": "zh", "state": "active"}
        person |= {"created_at": clock.now()}
        person_id = int(await session.scalar(insert(Person).values(person).returning(Person.id)) or 0)
        for need in list(pack.needs)[:20]:
            follow = {"public_id": random_id(), "kind": "need", "subject": need, "person_id": person_id}
            follow |= {"company_id": company_id, "created_at": clock.now()}
            await session.execute(insert(Follow).values(follow))
        return await start_session(
            session, person_id, "member", awaits_second_factor=False, device="", ip_prefix=""
        )

    return await run_write(owner, work)


def _silent() -> str:
    """Tells nobody for whom it acts."""
    return ""


async def client_of(stack: AsyncExitStack, url: str, var: Path, session: str) -> httpx.AsyncClient:
    settings = Settings(
        var=var, database_url=url, worker="separate", reads_per_second=_OFTEN, reads_burst=_OFTEN
    )
    engine = build_engine(settings.search_place)
    app = create_app(settings, engine=engine)
    stack.callback(app.state.hasher.close)
    stack.push_async_callback(app.state.database.close)
    stack.push_async_callback(engine.close)
    transport = httpx.ASGITransport(app=app)
    cookies = {"top_session": session}
    client = httpx.AsyncClient(transport=transport, base_url="http://testserver", cookies=cookies)
    return await stack.enter_async_context(client)


async def timed(client: httpx.AsyncClient) -> float:
    started = time.perf_counter()
    answer = await client.get(PAGE)
    taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"{PAGE} answered {answer.status_code}")
    return taken


async def measure(url: str, var: Path) -> dict[str, list[float]]:
    act_for(SYSTEM)
    owner = Database(url)
    session = await prepare(owner)
    plain = make_url(url).set(username=ROLE, password=ROLE).render_as_string(hide_password=False)
    taken: dict[str, list[float]] = {"silent": [], "told": [], "walled": []}
    async with AsyncExitStack() as stack:
        as_owner = await client_of(stack, url, var / "owner", session)
        as_plain = await client_of(stack, plain, var / "plain", session)
        for number in range(WARM_UP + ROUNDS):
            with patch.object(tenancy, "said_tenant", _silent):
                silent = await timed(as_owner)
            found = {"silent": silent, "told": await timed(as_owner), "walled": await timed(as_plain)}
            if number >= WARM_UP:
                for name, seconds in found.items():
                    taken[name].append(seconds)
    async with owner.engine.begin() as connection:
        await connection.execute(text(f"DROP OWNED BY {ROLE}"))
        await connection.execute(text(f"DROP ROLE {ROLE}"))
    await owner.close()
    return taken


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url")
    url = options.parse_args().url
    logs.configure(level="error", json_lines=True)
    with tempfile.TemporaryDirectory() as temporary:
        taken = asyncio.run(measure(url, Path(temporary)))
    base = statistics.median(taken["silent"])
    print(
        f"{PAGE} of a member with 20 follows, {ROUNDS} times each way in turn, in the process, PostgreSQL.\n"
    )
    print("| transactions | p50 / p99 ms | ratio of p50 |\n| --- | --- | --- |")
    words = {
        "silent": "a superuser's, nothing said (no second wall)",
        "told": "a superuser's, told for whom they act",
        "walled": "the product's role, told, behind row-level security",
    }
    for name, word in words.items():
        mid, tail = statistics.median(taken[name]), percentile(taken[name], 0.99)
        print(f"| {word} | {mid * 1e3:.2f} / {tail * 1e3:.2f} | {mid / base:.2f} |")


if __name__ == "__main__":
    main()
