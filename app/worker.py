"""The worker: claims outbox jobs and runs the rooms' handlers, in the web process or as its own."""

import asyncio
import threading
from contextlib import suppress
from datetime import date
from functools import partial

import structlog

from app.db.engine import Database
from app.db.tenancy import SYSTEM, act_for
from app.features.follows import handlers as follows
from app.features.follows.counting import count_week
from app.features.follows.holdings import HOLDINGS as FOLLOWS_HOLDINGS
from app.features.ledger import calendar as ledger
from app.features.ledger.holdings import HOLDINGS as LEDGER_HOLDINGS
from app.features.ledger.paying_out.carrying import carry_payouts
from app.features.ledger.payments.receiving import settle_all
from app.features.ledger.sealing.auditing import seal_auditor
from app.features.ledger.sealing.publishing import publish
from app.features.ledger.sealing.sealing import seal_all
from app.features.members.audit.exporting import export_head
from app.features.members.companies.verification.files import PURPOSE as DOCUMENTS_PURPOSE
from app.features.members.companies.verification.files import DocumentStore
from app.features.members.companies.verification.sent_files import sent_files
from app.features.members.companies.verification.sweeping import sweep_documents
from app.features.members.holdings import HOLDINGS as MEMBERS_HOLDINGS
from app.features.members.mail import handlers as mail
from app.features.members.mail.postbox import PURPOSE as MAIL_PURPOSE
from app.features.members.mail.postbox import Postbox
from app.features.members.mail.transport import (
    FolderTransport,
    RestingTransport,
    SmtpTransport,
    Transport,
)
from app.features.members.privacy import handlers as privacy
from app.features.members.privacy.copying import PURPOSE as COPY_PURPOSE
from app.features.members.privacy.copying import drop_old_copies
from app.features.members.privacy.erasing import Eraser
from app.features.members.privacy.expiring import drop_expired
from app.features.members.privacy.holdings import Holdings
from app.features.registry import handlers as registry
from app.kit.sealing import Sealer
from app.outbox.claimer import Claimer
from app.outbox.daily import Daily
from app.outbox.events import Event, Handler, Handlers
from app.providers import payout_provider
from app.settings import Settings
from search.contract import SearchEngine

IDLE_SECONDS = 0.5
HOLDINGS = Holdings([FOLLOWS_HOLDINGS, LEDGER_HOLDINGS, MEMBERS_HOLDINGS])  # of people, by every room

log = structlog.get_logger()


def collect_handlers(database: Database, engine: SearchEngine, settings: Settings) -> Handlers:
    """Every handler of every room, by the event it reacts to."""
    collected: dict[type[Event], Handler] = {}
    sealer = Sealer(settings.secrets, MAIL_PURPOSE)
    postbox = Postbox(sealer, settings.public_address)
    copies = Sealer(settings.secrets, COPY_PURPOSE)
    documents = DocumentStore(settings.var / "files", Sealer(settings.secrets, DOCUMENTS_PURPOSE))
    files = partial(sent_files, store=documents)
    for handled in (
        registry.handlers(database, engine),
        follows.handlers(database),
        mail.handlers(database, sealer, _transport(settings), settings.mail_from),
        privacy.handlers(database, HOLDINGS, copies, postbox, settings.effective_tombstones, files),
    ):
        collected.update(handled)
    return collected


def eraser_of(settings: Settings) -> Eraser:
    return Eraser(HOLDINGS, Postbox(Sealer(settings.secrets, MAIL_PURPOSE), settings.public_address))


def _transport(settings: Settings) -> Transport:
    server = settings.smtp_url.get_secret_value()
    return RestingTransport(SmtpTransport(server)) if server else FolderTransport(settings.var / "outbox")


def collect_daily(database: Database, settings: Settings) -> Daily:
    """What is to be done once a day, an hour or a minute, by name."""

    async def export_audit_head(day: date) -> None:
        await export_head(database, settings.audit_export, day)

    async def count_followers(day: date) -> None:
        await count_week(database)

    async def drop_personal_data(day: date) -> None:
        await drop_old_copies(database)
        await drop_expired(database)

    async def sweep_files(day: date) -> None:
        sealer = Sealer(settings.secrets, DOCUMENTS_PURPOSE)
        await sweep_documents(database, DocumentStore(settings.var / "files", sealer))

    async def release_earnings(day: date) -> None:
        await ledger.release_what_is_due(database)
        await ledger.expire_what_is_over(database)

    async def settle_payments(day: date) -> None:
        await settle_all(database)

    async def carry_out_payouts(day: date) -> None:
        await carry_payouts(database, payout_provider(settings))

    async def seal_books(day: date) -> None:
        if await seal_all(database) or settings.seal_export is not None:  # what a full disk kept back, too
            await publish(database, settings.seal_export, settings.secrets[0])

    async def check_books(day: date) -> None:
        await ledger.sweep(database, day)
        await ledger.check_nightly(database, auditors=[seal_auditor(settings.seal_export)])

    return Daily(
        {
            "audit_head": export_audit_head,
            "follow_counts": count_followers,
            "personal_data": drop_personal_data,
            "company_documents": sweep_files,
            "ledger": check_books,
        },
        hourly={"earnings": release_earnings, "payments": settle_payments},
        minutely={"seals": seal_books, "payouts": carry_out_payouts},
    )


async def work(
    database: Database, handlers: Handlers, *, stop: asyncio.Event, daily: Daily | None = None
) -> None:
    """Run due jobs until `stop` is set; sleeps when there is nothing to do, or when claiming fails."""
    act_for(SYSTEM)
    claimer = Claimer(database, handlers)
    while not stop.is_set():
        try:
            if daily is not None:
                await daily.run_due()
            claimed = await claimer.run_due()
        except Exception as error:  # whatever it is, a worker that ends would do nothing about it
            log.warning("worker_waits", error=type(error).__name__)
            claimed = 0
        if not claimed:
            await _pause(stop)


class BackgroundWorker:
    """The worker as a thread of the web process, with an event loop and connections of its own."""

    def __init__(self, settings: Settings, engine: SearchEngine) -> None:
        self._settings = settings
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
        database = Database(self._settings.effective_database_url, pool_size=2)
        try:
            handlers = collect_handlers(database, self._engine, self._settings)
            daily = collect_daily(database, self._settings)
            await work(database, handlers, stop=self._stop, daily=daily)
        finally:
            await database.close()


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), IDLE_SECONDS)
    except TimeoutError:
        return
