"""A provider of payments and payouts on this machine, over real HTTP: it keeps what it was told, and can
misbehave."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from app.features.ledger.paying_out.over_http import HttpPayoutProvider
from app.features.ledger.provider_wire import ProviderWire

NAME, TOKEN = "acme-pay", "t" * 40
# What it does with a request instead of answering it as it should. The first two have taken the order.
Fault = Literal[
    "lose_answer", "answer_never", "refuse_order", "error", "gateway", "garbage", "other", "amount"
]


@dataclass
class FakeProvider:
    """`faults` are taken one a request; `outcome` is what becomes of what is ordered."""

    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=lambda: {"state": "under_way"})
    ordered: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)  # method, payout
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def wire(self, **more: Any) -> ProviderWire:
        return ProviderWire(NAME, self.url, TOKEN, **more)

    def client(self, **more: Any) -> HttpPayoutProvider:
        return HttpPayoutProvider(self.wire(**more))

    def end(self, **outcome: str) -> None:
        """What becomes of all that is ordered, now and from now on."""
        self.outcome = dict(outcome)
        for order in self.ordered.values():
            order |= outcome

    def pay(self, reference: str = "B-1") -> None:
        self.end(state="paid", reference=reference)

    def order(self, payout: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Once for each id."""
        known = self.ordered.setdefault(payout, {"id": payout, **body, **self.outcome})
        return (200 if all(known[name] == body[name] for name in body) else 409), known


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_PUT(self) -> None:
        self._take(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def do_GET(self) -> None:
        self._take(None)

    def _take(self, body: dict[str, Any] | None) -> None:
        provider, payout = self.provider, self.path.rpartition("/")[2]
        if self.headers["authorization"] != f"Bearer {TOKEN}":
            return self._answer(401, {"error": "token"})
        provider.seen.append((self.command, payout))
        fault = provider.faults.pop(0) if provider.faults else None
        if fault == "refuse_order":
            return self._answer(503, {"error": "later"})
        status, told = 404, {"state": "unknown"}
        if body is not None:
            status, told = provider.order(payout, body)
        elif payout in provider.ordered:
            status, told = 200, provider.ordered[payout]
        if fault == "lose_answer":
            return self.connection.close()
        if fault == "answer_never":
            provider.over.wait(30)
            return None
        if fault == "error":
            return self._answer(500, {"error": "?"})
        if fault == "gateway":
            return self._answer(404, "<html>not found</html>")
        if fault == "garbage":
            return self._answer(200, "<html>welcome</html>")
        if fault == "other":
            return self._answer(200, {**told, "id": "of-another", "state": "paid", "reference": "X"})
        if fault == "amount":
            return self._answer(200, {**told, "amount": 1, "state": "paid", "reference": "X"})
        return self._answer(status, told)

    def _answer(self, status: int, body: dict[str, Any] | str) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    handler = type("_Bound", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
