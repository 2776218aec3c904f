"""What Prometheus is told: counted while answering or looked up when it asks. No label holds a name or query.

What each metric means and what to do about it: docs/operations.md.
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Set
from typing import Protocol

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.db.engine import Database, ReadSession
from app.web.limits import client_address
from app.web.policy import ANYONE

router = APIRouter(include_in_schema=False, dependencies=[ANYONE.needed])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SEARCH_SECONDS = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.025, 0.04, 0.06, 0.1, 0.3, 0.8)
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")
STATES = ("ok", "stale", "empty", "down")


class Backlog(Protocol):
    """Of one kind of job: how many wait, how many were given up, the age of the oldest that waits."""

    @property
    def waiting(self) -> int: ...
    @property
    def dead(self) -> int: ...
    @property
    def lag_seconds(self) -> float: ...


ReadBacklog = Callable[[ReadSession], Awaitable[Mapping[str, Backlog]]]


class Metrics:
    """Of one process. `backlog` reads the queue by kind of job; for `index_topics` the index waits."""

    def __init__(self, *, backlog: ReadBacklog, index_topics: Set[str]) -> None:
        self._backlog = backlog
        self._index_topics = index_topics
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Histogram(
            "top_request_seconds",
            "Time to answer, by the template of the route",
            ["method", "route", "status"],
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._of_request: dict[tuple[str, str, int], Histogram] = {}
        search = Histogram(
            "top_search_seconds",
            "The search engine's own time, as you type (suggest) or committed (search)",
            ["ask"],
            buckets=_SEARCH_SECONDS,
            registry=registry,
        )
        self._of_search = {ask: search.labels(ask) for ask in ("suggest", "search")}
        self._degraded = Counter(
            "top_degraded_answers",
            "Answers found by SQL because the search engine was away",
            registry=registry,
        )
        self._scrapes = _Scrapes(registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Called for each request: the counters are found by one look into a dictionary."""
        key = (method if method in _METHODS else "other", route, status)
        of_request = self._of_request.get(key)
        if of_request is None:
            of_request = self._of_request[key] = self._requests.labels(*key)
        of_request.observe(seconds)

    def search(self, *, as_typed: bool, seconds: float, degraded: bool) -> None:
        if degraded:
            self._degraded.inc()
        else:
            self._of_search["suggest" if as_typed else "search"].observe(seconds)

    async def look(self, request: Request) -> None:
        """Bring what is looked up, not counted, up to date."""
        state = request.app.state
        topics = await self._topics(state.database)
        self._scrapes.outbox(topics, self._index_topics)
        health = await state.search.health()
        self._scrapes.index(health.state, health.documents, health.unfinished)

    async def _topics(self, database: Database) -> Mapping[str, Backlog] | None:
        try:
            async with database.reading() as session:
                return await self._backlog(session)
        except (SQLAlchemyError, OSError):
            return None


class _Scrapes:
    """Gauges that are looked up with each scrape."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(name, meaning, labels, registry=registry)

        self._waiting = gauge("top_outbox_waiting", "Background jobs waiting or at work", "topic")
        self._dead = gauge("top_outbox_dead", "Background jobs given up", "topic")
        self._lag = gauge("top_outbox_lag_seconds", "Age of the oldest waiting background job")
        self._index_lag = gauge("top_index_lag_seconds", "Age of the oldest job that the index waits for")
        self._documents = gauge("top_index_documents", "Documents in the live search index", "kind")
        self._state = gauge("top_index_state", "1 for the state that the search engine is in", "state")
        self._unfinished = gauge(
            "top_index_build_unfinished", "1 while a build is under way or broken off", "kind"
        )
        self._database = gauge("top_database_up", "Whether the database answered this scrape")

    def outbox(self, topics: Mapping[str, Backlog] | None, index_topics: Set[str]) -> None:
        self._database.set(topics is not None)
        for gauge in (self._waiting, self._dead):
            gauge.clear()
        topics = topics or {}
        for topic, backlog in topics.items():
            self._waiting.labels(topic).set(backlog.waiting)
            self._dead.labels(topic).set(backlog.dead)
        self._lag.set(max((one.lag_seconds for one in topics.values()), default=0))
        waited_for = [one for topic, one in topics.items() if topic in index_topics]
        self._index_lag.set(max((one.lag_seconds for one in waited_for), default=0))

    def index(self, now: str, documents: Mapping[str, int], unfinished: Mapping[str, str]) -> None:
        for state in STATES:
            self._state.labels(state).set(state == now)
        for kind, number in documents.items():
            self._documents.labels(kind).set(number)
        self._unfinished.clear()
        for kind in unfinished:
            self._unfinished.labels(kind).set(1)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """For whom it is meant; for everybody else there is no such page."""
    if not _may_read(request):
        raise HTTPException(404)
    held: Metrics = request.app.state.metrics
    await held.look(request)
    return Response(generate_latest(held.registry), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request) -> bool:
    """Whoever has the token; without one, this machine itself, as far as no proxy speaks for others."""
    settings = request.app.state.settings
    token = settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if not settings.trusted_proxies and any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(
            client_address(request.scope, trusted_proxies=settings.trusted_proxies)
        ).is_loopback
    except ValueError:
        return False
