"""`create_app`: the only place where rooms, search and settings meet."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.discovery import routes as discovery_pages
from app.features.discovery.my import api as my_api
from app.features.discovery.my import routes as my_pages
from app.features.discovery.queries import Examples
from app.features.follows import api as follows_api
from app.features.follows import panels as follows_panels
from app.features.follows import routes as follows_pages
from app.features.knowledge import api as knowledge_api
from app.features.knowledge import routes as knowledge_pages
from app.features.knowledge.queries import RecentCatalogue, industry_names
from app.features.knowledge.subjects import SUBJECTS as KNOWLEDGE_SUBJECTS
from app.features.ledger import routers as ledger_routers
from app.features.ledger.causes import LEDGER_CAUSES, CauseRegistry
from app.features.ledger.desk import pages as ledger_desk
from app.features.ledger.queries.left_behind import left_by
from app.features.members.audit import api as audit_api
from app.features.members.audit import pages as audit_desk
from app.features.members.audit import routes as audit_pages
from app.features.members.audit.access_log import AccessLog
from app.features.members.audit.denials import PolicyDenials
from app.features.members.companies import api as companies_api
from app.features.members.companies import desk as companies_desk
from app.features.members.companies import routes as companies_pages
from app.features.members.companies.verification.files import PURPOSE as DOCUMENTS_PURPOSE
from app.features.members.companies.verification.files import DocumentStore
from app.features.members.mail import api as mail_api
from app.features.members.mail import desk as mail_desk
from app.features.members.mail import routes as mail_pages
from app.features.members.mail.postbox import PURPOSE as MAIL_PURPOSE
from app.features.members.mail.postbox import Postbox
from app.features.members.privacy import api as privacy_api
from app.features.members.privacy import routes as privacy_pages
from app.features.members.privacy.asking import OwnData
from app.features.members.privacy.copying import PURPOSE as COPY_PURPOSE
from app.features.members.privacy.tombstones import replay_tombstones
from app.features.members.signing_in import api as signing_in_api
from app.features.members.signing_in import routes as signing_in_pages
from app.features.members.signing_in.factors import pages as factor_pages
from app.features.members.signing_in.factors.codes import PURPOSE as CODES_PURPOSE
from app.features.members.signing_in.factors.ground import Ground
from app.features.members.signing_in.factors.keeping import PURPOSE as FORMS_PURPOSE
from app.features.members.signing_in.factors.passkeys import Site
from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.identity import MemberIdentities
from app.features.members.staff import api as staff_api
from app.features.members.staff import asking_vendor
from app.features.members.staff import routes as staff_pages
from app.features.members.staff.break_glass import access_words, company_members
from app.features.members.staff.break_glass import api as glass_api
from app.features.members.staff.break_glass import pages as glass_desk
from app.features.members.staff.break_glass import routes as glass_pages
from app.features.members.staff.break_glass.types import BreakGlassTypes
from app.features.members.staff.desk import Desk
from app.features.members.staff.roles import api as role_api
from app.features.members.staff.roles import pages as role_desk
from app.features.members.staff.roles import routes as role_pages
from app.features.members.subjects import SUBJECTS as MEMBER_SUBJECTS
from app.features.registry import api as registry_api
from app.features.registry import panels as registry_panels
from app.features.registry import routes as registry_pages
from app.features.registry.desk import api as registry_desk_api
from app.features.registry.desk import pages as registry_desk
from app.features.registry.desk import routes as registry_desk_pages
from app.features.registry.events import INDEX_TOPICS
from app.features.registry.explore import api as explore_api
from app.features.registry.explore import panels as explore_panels
from app.features.registry.explore import routes as explore_pages
from app.features.registry.facts import api as facts_api
from app.features.registry.facts import panels as facts_panels
from app.features.registry.facts import routes as facts_pages
from app.features.registry.life import api as life_api
from app.features.registry.life import moved
from app.features.registry.life import routes as life_pages
from app.features.registry.lookup import Lookup
from app.features.registry.subjects import SUBJECTS as REGISTRY_SUBJECTS
from app.kit.sealing import Sealer
from app.outbox.claimer import backlog_by_topic
from app.providers import payment_provider
from app.settings import Settings
from app.web import errors, health, metrics, preferences, styleguide, templating
from app.web.application import Application
from app.web.assets import STATIC, HashedStaticFiles
from app.web.guards import guard
from app.web.hosts import Hosts
from app.web.inputs import MAX_BODY_BYTES
from app.web.keystrokes import COMPRESSION, Keystrokes
from app.web.limits import AddressLimiter
from app.web.metrics import Metrics
from app.web.middleware import Entrance
from app.web.panels import PanelRegistry
from app.web.policy import refuse_undeclared
from app.web.problems import describe_problems
from app.web.subjects import SubjectRegistry
from app.worker import BackgroundWorker, eraser_of
from search import build_engine
from search.contract import SearchEngine

MAX_FORM_FIELDS = 200


def create_app(settings: Settings, *, engine: SearchEngine | None = None) -> FastAPI:
    """The whole product. `engine` replaces the search engine that the settings name (tests do that)."""
    measured = Metrics(backlog=backlog_by_topic, index_topics=INDEX_TOPICS)
    app = Application(
        front=lambda framework: _front(framework, settings, measured),
        title="ToP API",
        version="1",
        description="What an organisation probably needs, and why. Predictions are estimates, not facts.",
        docs_url=None,  # it loads scripts from elsewhere, which our policy forbids
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        dependencies=[Depends(guard)],
        middleware=[Middleware(GZipMiddleware, **COMPRESSION)],
        max_body_size=MAX_BODY_BYTES,
        form_limits={"max_fields": MAX_FORM_FIELDS, "max_files": 0},
        lifespan=_lifespan,
    )
    search = engine or build_engine(settings.search_place)
    app.state.settings = settings
    app.state.metrics = measured
    app.state.database = Database(settings.effective_database_url, pool_size=settings.database_pool)
    app.state.search = search
    app.state.lookup = Lookup(search, observe=measured.search)
    app.state.recent_catalogue = RecentCatalogue()
    app.state.examples = Examples()
    app.state.industry_names = industry_names
    app.state.panels = PanelRegistry(
        [*follows_panels.PANELS, *registry_panels.PANELS, *facts_panels.PANELS, *explore_panels.PANELS]
    )
    app.state.subjects = SubjectRegistry([MEMBER_SUBJECTS, KNOWLEDGE_SUBJECTS, REGISTRY_SUBJECTS])
    app.state.payment_provider = payment_provider(settings)
    app.state.causes = CauseRegistry([LEDGER_CAUSES])
    app.state.desk = Desk(
        [
            *companies_desk.PAGES,
            *ledger_desk.PAGES,
            *mail_desk.PAGES,
            *registry_desk.PAGES,
            *role_desk.PAGES,
            *glass_desk.PAGES,
            *audit_desk.PAGES,
        ]
    )
    app.state.glass = BreakGlassTypes([*company_members.TYPES, *companies_desk.GLASS_TYPES])
    app.state.access_log = AccessLog(
        app.state.database,
        [*access_words.ACCESS_KINDS, *companies_desk.ACCESS_KINDS, *ledger_desk.ACCESS_KINDS],
    )
    app.state.limiter = AddressLimiter(
        rate=settings.reads_per_second, burst=settings.reads_burst, trusted_proxies=settings.trusted_proxies
    )
    app.state.reports_limiter = AddressLimiter(
        rate=settings.reports_per_hour / 3600,
        burst=settings.reports_per_hour,
        trusted_proxies=settings.trusted_proxies,
    )
    app.state.denials = PolicyDenials(app.state.database)
    app.state.identities = MemberIdentities(app.state.database)
    app.state.hasher = PasswordHasher()
    app.state.postbox = Postbox(
        Sealer(settings.secrets, MAIL_PURPOSE),
        settings.public_address,
        stays_here=not settings.smtp_url.get_secret_value(),
    )
    app.state.factors = Ground(
        app.state.database,
        Sealer(settings.secrets, CODES_PURPOSE),
        Site(settings.public_address),
        app.state.postbox,
        Sealer(settings.secrets, FORMS_PURPOSE),
    )
    app.state.documents = DocumentStore(settings.var / "files", Sealer(settings.secrets, DOCUMENTS_PURPOSE))
    app.state.own_data = OwnData(
        app.state.database, eraser_of(settings), Sealer(settings.secrets, COPY_PURPOSE), left_by=left_by
    )
    errors.install(app)
    moved.install(app)
    asking_vendor.install(app)
    factor_pages.install(app)
    app.router.routes.extend(_router(with_styleguide=settings.debug).routes)
    describe_problems(app)
    refuse_undeclared(app.router.routes)
    return app


def _front(framework: ASGIApp, settings: Settings, measured: Metrics) -> Entrance:
    """What every request passes, and the short way of keystrokes, before the framework's own layers."""
    keystrokes = Keystrokes(framework, routes=registry_pages.KEYSTROKES, refusal=errors.refusal)
    hosts = Hosts(keystrokes, allowed_hosts=settings.allowed_hosts)
    return Entrance(
        hosts, observe=measured.request, https=settings.is_production, last_answer=errors.unexpected
    )


@cache
def _router(*, with_styleguide: bool) -> APIRouter:
    """The same for every application of a process: what the framework finds out about one stays."""
    router = APIRouter(dependencies=[Depends(guard)], max_body_size=MAX_BODY_BYTES)
    router.routes.extend(registry_pages.KEYSTROKES)
    for pages in (
        discovery_pages,
        my_pages,
        follows_pages,
        registry_pages,
        facts_pages,
        explore_pages,
        life_pages,
        knowledge_pages,
        *ledger_routers.PAGES,
        signing_in_pages,
        privacy_pages,
        companies_pages,
        mail_pages,
        staff_pages,
        role_pages,
        glass_pages,
        audit_pages,
        registry_desk_pages,
        preferences,
        health,
        metrics,
    ):
        router.include_router(pages.router, include_in_schema=False)
    for api in (
        registry_api,
        facts_api,
        explore_api,
        life_api,
        knowledge_api,
        signing_in_api,
        privacy_api,
        my_api,
        follows_api,
        companies_api,
        mail_api,
        *ledger_routers.APIS,
        staff_api,
        role_api,
        glass_api,
        audit_api,
        registry_desk_api,
    ):
        router.include_router(api.router, prefix="/api/v1")
    if with_styleguide:
        router.include_router(styleguide.router, include_in_schema=False)
    router.mount("/static", HashedStaticFiles(directory=STATIC))
    return router


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    with acting_as(SYSTEM):  # a restored backup may have brought back who was erased since
        await replay_tombstones(app.state.database, eraser_of(settings), settings.effective_tombstones)
    worker = BackgroundWorker(settings, app.state.search)
    app.state.worker = worker if settings.worker == "embedded" else None
    # Half a second of work that the first readers need not wait for.
    compiling = asyncio.create_task(asyncio.to_thread(templating.compile_all))
    if settings.worker == "embedded":
        worker.start()
    # What start-up built lives for ever: the collector need not walk it on every request.
    gc.collect()
    gc.freeze()
    gc.enable()  # `topctl serve` starts without it
    try:
        yield
    finally:
        await compiling
        worker.stop()
        app.state.hasher.close()
        await app.state.search.close()
        await app.state.database.close()
