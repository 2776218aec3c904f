"""A double of a Meilisearch server on the wire: the endpoints the adapter uses, tasks, keys and faults."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.search.meilisearch_store import Json, Refused, Store

MASTER_KEY, WRITE_KEY, SEARCH_KEY = "master-of-the-double", "key-that-writes", "key-that-searches"
_RIGHTS = {
    SEARCH_KEY: {"search"},
    WRITE_KEY: {
        "documents.add", "documents.get", "documents.delete", "indexes.create", "indexes.get",
        "indexes.delete", "indexes.swap", "settings.update", "tasks.get",
    },
}  # fmt: skip
_Answer = tuple[int, Any]


@dataclass
class Double:
    """`answer_with` replaces every answer, `wait` holds them back; `restart` loses nothing."""

    store: Store = field(default_factory=Store)
    keys: dict[str, set[str]] = field(default_factory=lambda: {key: set(may) for key, may in _RIGHTS.items()})
    answer_with: Callable[[], Response] | None = None
    seconds: float = 0.0
    busy: bool = False
    seen: list[Json] = field(default_factory=list)  # bodies of searches
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            _application(self), log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()

    def check(self, request: Request, right: str) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not given:
            raise Refused(401, "missing_authorization_header")
        if given != MASTER_KEY and right not in self.keys.get(given, ()):
            raise Refused(403, "invalid_api_key")


@contextmanager
def running_double() -> Iterator[Double]:
    double = Double()
    double.start()
    try:
        yield double
    finally:
        double.store.go()
        double.stop()


def _application(double: Double) -> Starlette:
    def route(path: str, method: str, right: str | None, answer: Callable[[Request, Any], _Answer]) -> Route:
        async def endpoint(request: Request) -> Response:
            if double.seconds:
                await asyncio.sleep(double.seconds)
            if double.answer_with:
                return double.answer_with()
            try:
                if right:
                    double.check(request, right)
                if double.busy and right == "search":
                    raise Refused(503, "too_many_search_requests")
                raw = await request.body()
                if method in ("POST", "PATCH") and request.headers.get("content-type") != "application/json":
                    raise Refused(415, "invalid_content_type")
                status, body = answer(request, json.loads(raw or b"null"))
            except Refused as refused:
                status, body = refused.status, refused.body()
            return JSONResponse(body, status)

        return Route(path, endpoint, methods=[method])

    at = _Endpoints(double)
    return Starlette(
        routes=[
            route("/health", "GET", None, lambda *_: (200, {"status": "available"})),
            route("/version", "GET", "version", lambda *_: (200, {"pkgVersion": "1.50.0-double"})),
            route("/indexes", "GET", "indexes.get", at.every),
            route("/indexes", "POST", "indexes.create", at.create),
            route("/indexes/{uid}", "DELETE", "indexes.delete", at.drop),
            route("/indexes/{uid}/settings", "PATCH", "settings.update", at.settings),
            route("/indexes/{uid}/documents", "POST", "documents.add", at.add),
            route("/indexes/{uid}/documents/delete-batch", "POST", "documents.delete", at.remove),
            route("/indexes/{uid}/documents/fetch", "POST", "documents.get", at.fetch),
            route("/indexes/{uid}/documents/{key}", "GET", "documents.get", at.document),
            route("/swap-indexes", "POST", "indexes.swap", at.swap),
            route("/tasks", "GET", "tasks.get", at.tasks),
            route("/tasks/{number}", "GET", "tasks.get", at.task),
            route("/multi-search", "POST", "search", at.search),
        ]
    )


class _Endpoints:
    def __init__(self, double: Double) -> None:
        self.double = double
        self.store = double.store

    def every(self, *_: object) -> _Answer:
        found = [{"uid": uid, "primaryKey": index.primary_key} for uid, index in self.store.indexes.items()]
        return 200, {"results": found, "total": len(found), "limit": 1_000, "offset": 0}

    def create(self, _: Request, body: Json) -> _Answer:
        uid, primary_key = body["uid"], body.get("primaryKey")
        return 202, self.store.enqueue("indexCreation", uid, lambda: self.store.create(uid, primary_key))

    def drop(self, request: Request, _: object) -> _Answer:
        uid = request.path_params["uid"]
        return 202, self.store.enqueue("indexDeletion", uid, lambda: self.store.drop(uid))

    def settings(self, request: Request, body: Json) -> _Answer:
        uid = request.path_params["uid"]
        return 202, self.store.enqueue("settingsUpdate", uid, lambda: self.store.set(uid, body))

    def add(self, request: Request, body: list[Json]) -> _Answer:
        uid = request.path_params["uid"]
        return 202, self.store.enqueue("documentAdditionOrUpdate", uid, lambda: self.store.add(uid, body))

    def remove(self, request: Request, body: list[str]) -> _Answer:
        uid = request.path_params["uid"]
        return 202, self.store.enqueue("documentDeletion", uid, lambda: self.store.remove(uid, body))

    def fetch(self, request: Request, body: Json) -> _Answer:
        index = self.store.index(request.path_params["uid"])
        keys = sorted(index.meeting(body.get("filter", [])))
        offset, limit = body.get("offset", 0), body.get("limit", 20)
        found = [
            {name: value for name, value in index.documents[key].items() if name in body["fields"]}
            for key in keys[offset : offset + limit]
        ]
        return 200, {"results": found, "offset": offset, "limit": limit, "total": len(keys)}

    def document(self, request: Request, _: object) -> _Answer:
        documents = self.store.index(request.path_params["uid"]).documents
        if request.path_params["key"] not in documents:
            raise Refused(404, "document_not_found")
        return 200, documents[request.path_params["key"]]

    def swap(self, _: Request, body: list[Json]) -> _Answer:
        one, other = body[0]["indexes"]
        return 202, self.store.enqueue("indexSwap", None, lambda: self.store.swap(one, other))

    def tasks(self, request: Request, _: object) -> _Answer:
        asked = {name: value.split(",") for name, value in request.query_params.items()}
        found = [
            task
            for task in self.store.tasks
            if task["indexUid"] in asked["indexUids"]
            and task["status"] in asked.get("statuses", [task["status"]])
            and task["type"] in asked.get("types", [task["type"]])
        ]
        found = found if "reverse" in asked else found[::-1]
        return 200, {"results": found[: int(asked["limit"][0])], "total": len(found), "limit": 1, "from": 0,
                     "next": None}  # fmt: skip

    def task(self, request: Request, _: object) -> _Answer:
        number = int(request.path_params["number"])
        # Keys for some indexes alone see no task that belongs to none.
        if number >= len(self.store.tasks) or self.store.tasks[number]["indexUid"] is None:
            raise Refused(404, "task_not_found")
        return 200, self.store.tasks[number]

    def search(self, _: Request, body: Json) -> _Answer:
        self.double.seen.append(body)
        return 200, self.store.federated(body)
