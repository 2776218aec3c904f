"""Whether time tells what answers do not: hidden against missing ids, known against unknown accounts.

Each pair is asked in turn, so that the machine's drift meets both alike; the limits that would end the
measurement are forgotten between calls. In the process, without a network: nothing hides a difference.

Usage: python -m benchmarks.oracles
"""

import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from sqlalchemy import delete, insert

from app.db.engine import Database, WriteSession
from app.db.migrating import upgrade
from app.db.tenancy import SYSTEM, act_for
from app.db.writing import run_write
from app.features.follows.models import Follow
from app.features.members.companies.models import Registration
from app.features.members.models import Company, Person
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.models import Counter
from app.features.members.signing_in.sessions import start_session
from app.kit import clock, logs
from app.kit.ids import random_id
from app.main import create_app
from app.settings import Settings
from app.web.csrf import HEADER, token_for
from benchmarks.serving import percentile
from search import build_engine

CALLS = 1_000  # of a pair together
WARM_UP = 20
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
PASSWORD = "a long enough password"
VISITOR = "visitor-of-the-bench"

Call = Callable[[], Awaitable[httpx.Response]]


@dataclass
class Pair:
    """Two kinds of question that must be answered alike, in the same time."""

    name: str
    kinds: tuple[str, str]
    calls: tuple[Call, Call]
    taken: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    async def measure(self, database: Database) -> None:
        answers = set()
        for number in range(WARM_UP + CALLS // 2):
            for call, taken in zip(self.calls, self.taken, strict=True):
                await run_write(database, _forget_limits)
                started = time.perf_counter()
                answer = await call()
                if number >= WARM_UP:
                    taken.append(time.perf_counter() - started)
                answers.add(answer.status_code)
        if len(answers) != 1 or answers & {403, 429, 500}:
            raise RuntimeError(f"{self.name}: answered {answers}")

    def rows(self) -> list[str]:
        first, second = (statistics.median(one) for one in self.taken)
        apart = abs(first - second) / max(first, second)
        noise = max(spread(one) for one in self.taken)
        lines = []
        for kind, taken in zip(self.kinds, self.taken, strict=True):
            shares = " / ".join(f"{percentile(taken, share) * 1e3:.2f}" for share in QUANTILES)
            lines.append(f"| {self.name}: {kind} | {shares} | |")
        return [*lines, f"| medians apart | | {apart:.1%} (one kind varies by {noise:.0%}) |"]


async def _forget_limits(session: WriteSession) -> None:
    """Also how many mails of registration an address had today: only the known one is asked again."""
    await session.execute(delete(Counter))
    await session.execute(delete(Registration))


def spread(taken: Sequence[float]) -> float:
    """Between the quartiles, against the median."""
    return (percentile(taken, 0.75) - percentile(taken, 0.25)) / statistics.median(taken)


@dataclass
class World:
    """A follow of company A, a rival of company B, an account."""

    hidden: str
    rival: str  # session
    mail: str


async def build(database: Database, hasher: PasswordHasher) -> World:
    password = await hasher.hash(PASSWORD)

    async def work(session: WriteSession) -> World:
        people = []
        for name in ("A", "B"):
            company = {
                "public_id": random_id(),
                "name": name,
                "name_key": name,
                "profile": {},
                "state": "active",
            }
            company |= {"verification": "verified", "created_at": clock.now()}
            company_id = await session.scalar(insert(Company).values(company).returning(Company.id))
            person = {"public_id": random_id(), "kind": "member", "company_id": company_id, "role": "sales"}
            person |= {"mail": f"{name.lower()}@example.com", "name": name, "password_hash": password}
            person |= {"language": "zh", "state": "active", "created_at": clock.now()}
            person_id = await session.scalar(insert(Person).values(person).returning(Person.id))
            people.append((int(company_id or 0), int(person_id or 0)))
        hidden = random_id()
        follow = {"public_id": hidden, "kind": "need", "subject": "mlps-l3", "created_at": clock.now()}
        follow |= {"company_id": people[0][0], "person_id": people[0][1]}
        await session.execute(insert(Follow).values(follow))
        rival = await start_session(
            session, people[1][1], "member", awaits_second_factor=False, device="", ip_prefix=""
        )
        return World(hidden, rival, "a@example.com")

    return await run_write(database, work)


def pairs(app: FastAPI, client: httpx.AsyncClient, world: World) -> list[Pair]:
    def token(cookie: str) -> str:
        return token_for(Request({"type": "http", "app": app, "headers": []}), cookie)

    signed_in = {"cookie": f"top_session={world.rival}", HEADER: token(world.rival)}
    visitor = {"cookie": f"top_visitor={VISITOR}", HEADER: token(VISITOR)}

    def follow(method: str, public_id: Callable[[], str]) -> Call:
        return lambda: client.request(method, f"/api/v1/my/follows/{public_id()}", headers=signed_in)

    def sign_in(mail: Callable[[], str]) -> Call:
        return lambda: client.post(
            "/api/v1/sign-in", headers=visitor, json={"mail": mail(), "password": "not this password"}
        )

    def register(mail: Callable[[], str]) -> Call:
        body = {"company_name": "丙公司", "name": "Cy", "password": PASSWORD, "consent": True}
        return lambda: client.post("/api/v1/registrations", headers=visitor, json=body | {"mail": mail()})

    def forget(mail: Callable[[], str]) -> Call:
        return lambda: client.post("/api/v1/password/forgotten", headers=visitor, json={"mail": mail()})

    def hidden() -> str:
        return world.hidden

    def known() -> str:
        return world.mail

    def unknown() -> str:
        return f"{random_id().lower()}@example.com"

    return [
        Pair("read an id", ("hidden", "missing"), (follow("GET", hidden), follow("GET", random_id))),
        Pair("delete an id", ("hidden", "missing"), (follow("DELETE", hidden), follow("DELETE", random_id))),
        Pair("sign in", ("known account", "unknown"), (sign_in(known), sign_in(unknown))),
        Pair("forgotten password", ("known account", "unknown"), (forget(known), forget(unknown))),
        Pair("register", ("known account", "unknown"), (register(known), register(unknown))),
    ]


async def measure(var: Path) -> list[str]:
    act_for(SYSTEM)
    logs.configure(level="error", json_lines=True)
    often = 10**6
    settings = Settings(
        var=var,
        database_url="",
        worker="separate",
        reads_per_second=often,
        reads_burst=often,
        registrations_per_hour=often,
    )
    engine = build_engine(settings.search_place)
    app = create_app(settings, engine=engine)
    database: Database = app.state.database
    await upgrade(database)
    world = await build(database, app.state.hasher)
    transport = httpx.ASGITransport(app=app)
    found: list[str] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for pair in pairs(app, client, world):
            await pair.measure(database)
            found += pair.rows()
    app.state.hasher.close()
    await database.close()
    await engine.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        rows = asyncio.run(measure(Path(temporary)))
    shares = " / ".join(f"p{math.floor(share * 100)}" for share in QUANTILES)
    print(f"{CALLS} interleaved calls of each pair, in the process, SQLite.\n")
    print(f"| asked | {shares} ms | |\n| --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
