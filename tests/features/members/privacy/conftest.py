"""Ana, admin of a small company, with a second factor just given; the worker; mails that left."""

from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.policy import default

import pytest
from fastapi import FastAPI

from app.db.tenancy import SYSTEM, acting_as
from app.outbox.claimer import Claimer
from app.settings import Settings
from app.worker import collect_handlers
from tests.people import Known, add_company, add_person

Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def company_a(app: FastAPI) -> int:
    return await add_company(app.state.database, "qzqzfirma甲")


@pytest.fixture
async def ana(app: FastAPI, company_a: int) -> Known:
    return await add_person(
        app.state.database, "qzqzname安娜", company_id=company_a, role="admin", second_factor=True,
        mail="qzqzmail.ana@example.com",
    )  # fmt: skip


@pytest.fixture
async def bo(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "bzbzfirma乙")
    return await add_person(
        app.state.database, "bzbzname博", company_id=company, role="admin", second_factor=True,
        mail="bzbzmail.bo@example.com",
    )  # fmt: skip


@pytest.fixture
def work(app: FastAPI) -> Work:
    """Let the worker do what is due."""
    settings: Settings = app.state.settings
    handlers = collect_handlers(app.state.database, app.state.search, settings)

    async def run() -> None:
        with acting_as(SYSTEM):
            while await Claimer(app.state.database, handlers).run_due():
                pass

    return run


def mails(app: FastAPI) -> list[tuple[str, str]]:
    """(address, text) of each mail that left."""
    folder = app.state.settings.var / "outbox"
    letters = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(folder.glob("*.eml"))]
    return [(str(letter["To"]), letter.get_content()) for letter in letters]
