"""/metrics: what is counted, for whom, and that it tells nothing of what readers typed."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import delete
from starlette.middleware.gzip import GZipMiddleware

from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.registry.events import OrganisationsChanged
from app.main import create_app
from app.outbox.models import OutboxJob
from app.outbox.recorder import record
from app.web.application import Application
from app.web.middleware import Entrance
from search import build_engine
from tests.application import client_of, fill, settings_for
from tests.features.registry.engines import AbsentEngine

TOKEN = "t" * 32
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scraped(client: httpx.AsyncClient) -> Samples:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_pack()


@pytest.fixture
async def own(database_url: str, tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[FastAPI]:
    engine = build_engine(tmp_path / "search")
    app = create_app(settings_for(database_url, tmp_path), engine=engine)
    await fill(app.state.database, catalogue, engine)
    yield app
    await engine.close()
    await app.state.database.close()


async def test_requests_and_searches_are_counted_by_template(own: FastAPI) -> None:
    async with client_of(own) as client:
        for _ in range(3):
            assert (await client.get("/suggest", params={"q": "北京大学"})).status_code == 200
        assert (await client.get("/organisations/nobodyofthisname")).status_code == 404
        assert (await client.request("BREW", "/nowhere/at/all")).status_code in (404, 405)
        text = (await client.get("/metrics")).text
        samples = await scraped(client)
    suggested = {"method": "GET", "route": "/suggest", "status": "200"}
    assert value(samples, "top_request_seconds_count", **suggested) == 3
    assert value(samples, "top_request_seconds_sum", **suggested) > 0
    missing = {"method": "GET", "route": "/organisations/{public_id}", "status": "404"}
    assert value(samples, "top_request_seconds_count", **missing) == 1
    assert value(samples, "top_search_seconds_count", ask="suggest") == 3
    assert value(samples, "top_degraded_answers_total") == 0
    assert value(samples, "top_index_documents", kind="organisation") == 65
    assert value(samples, "top_index_state", state="ok") == 1
    assert value(samples, "top_database_up") == 1
    assert value(samples, "process_resident_memory_bytes") > 1_000_000
    for told in ("北京", "nobodyofthisname", "BREW", "nowhere"):
        assert told not in text


async def test_waiting_and_dead_jobs_and_the_lag_of_the_index_are_seen(own: FastAPI) -> None:
    topic = OrganisationsChanged.topic
    await run_write(own.state.database, lambda session: session.execute(delete(OutboxJob)))
    async with client_of(own) as client:
        before = await scraped(client)
        assert value(before, "top_index_lag_seconds") == value(before, "top_outbox_waiting", topic=topic) == 0

        async def change(session: object) -> None:
            record(session, OrganisationsChanged(ids=[1]))  # type: ignore[arg-type]

        await run_write(own.state.database, change)
        after = await scraped(client)
    assert value(after, "top_outbox_waiting", topic=topic) == 1
    assert value(after, "top_index_lag_seconds") == value(after, "top_outbox_lag_seconds") > 0


async def test_answers_without_the_engine_are_counted(
    sqlite_url: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    app = create_app(settings_for(sqlite_url, tmp_path), engine=AbsentEngine())
    await run_write(app.state.database, lambda session: load_into(session, catalogue))
    async with client_of(app) as client:
        await client.get("/suggest", params={"q": "北京大学"})
        samples = await scraped(client)
    assert value(samples, "top_degraded_answers_total") == 1
    assert value(samples, "top_search_seconds_count", ask="suggest") == 0
    assert value(samples, "top_index_state", state="down") == 1
    await app.state.database.close()


async def test_without_the_database_the_scrape_says_so(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", tmp_path))
    async with client_of(app) as client:
        assert value(await scraped(client), "top_database_up") == 0
    await app.state.search.close()
    await app.state.database.close()


@pytest.mark.parametrize(
    ("token", "proxies", "address", "headers", "status"),
    [
        ("", 0, "127.0.0.1", {}, 200),
        ("", 0, "::1", {}, 200),
        ("", 0, "192.0.2.7", {}, 404),
        # A proxy on this machine speaks for the whole world.
        ("", 0, "127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("", 1, "127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("", 1, "127.0.0.1", {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}, 404),
        (TOKEN, 0, "127.0.0.1", {}, 404),
        (TOKEN, 0, "192.0.2.7", {"authorization": "Bearer wrong"}, 404),
        (TOKEN, 0, "192.0.2.7", {"authorization": "Bearer \u00e9"}, 404),
        (TOKEN, 0, "192.0.2.7", {"authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, 1, "127.0.0.1", {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "192.0.2.7"}, 200),
    ],
)
async def test_not_everybody_may_read_them(
    sqlite_url: str,
    tmp_path: Path,
    token: str,
    proxies: int,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    settings = settings_for(sqlite_url, tmp_path).model_copy(
        update={"metrics_token": SecretStr(token), "trusted_proxies": proxies}
    )
    app = create_app(settings, engine=AbsentEngine())
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    sent = {name: content.encode("latin-1") for name, content in headers.items()}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.get("/metrics", headers=sent)
    assert answer.status_code == status
    assert ("top_request_seconds" in answer.text) == (status == 200)
    await app.state.database.close()


async def test_counting_adds_no_layer_to_a_request(app: FastAPI) -> None:
    """It is part of the record that each request has anyway."""
    assert isinstance(app, Application)
    assert isinstance(app.front, Entrance)
    assert [layer.cls for layer in app.user_middleware] == [GZipMiddleware]
