"""The worker: claims outbox jobs and runs the rooms' handlers, in the web process or as its own."""

import asyncio
import threading
from contextlib import suppress

import structlog

from app.db.engine import Database
from app.features.registry import handlers as registry
from app.outbox.claimer import Claimer
from app.outbox.events import Event, Handler, Handlers
from search.contract import SearchEngine

IDLE_SECONDS = 0.5

log = structlog.get_logger()


def collect_handlers(database: Database, engine: SearchEngine) -> Handlers:
    """Every handler of every room, by the event it reacts to."""
    collected: dict[type[Event], Handler] = {}
    for room in (registry,):
        collected.update(room.handlers(database, engine))
    return collected


async def work(database: Database, handlers: Handlers, *, stop: asyncio.Event) -> None:
    """Run due jobs until `stop` is set; sleeps when there is nothing to do, or when claiming fails."""
    claimer = Claimer(database, handlers)
    while not stop.is_set():
        try:
            claimed = await claimer.run_due()
        except Exception as error:  # whatever it is, a worker that ends would do nothing about it
            log.warning("worker_waits", error=type(error).__name__)
            claimed = 0
        if not claimed:
            await _pause(stop)


class BackgroundWorker:
    """The worker as a thread of the web process, with an event loop and connections of its own."""

    def __init__(self, database_url: str, engine: SearchEngine) -> None:
        self._database_url = database_url
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the job in hand finish, then end the thread."""
        if self.is_alive and self._running.wait(timeout=30) and self._loop:
            with suppress(RuntimeError):  # the loop is closed: it has just ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=30)

    def _run(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running.set()
        database = Database(self._database_url, pool_size=2)
        try:
            await work(database, collect_handlers(database, self._engine), stop=self._stop)
        finally:
            await database.close()


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), IDLE_SECONDS)
    except TimeoutError:
        return
