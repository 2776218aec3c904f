"""A second browser, and what the application would have mailed."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from tests.application import client_of
from tests.mails import MailRead, read_mails
from tests.people import Known, add_company, add_person

Mails = Callable[[], Awaitable[list[MailRead]]]


@pytest.fixture
async def other(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def mails(app: FastAPI) -> Mails:
    async def read() -> list[MailRead]:
        return await read_mails(app)

    return read


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司", verified=False)
    return await add_person(
        app.state.database,
        "安娜",
        company_id=company,
        role="admin",
        second_factor=True,
        mail="ana@jia.example",
    )


@pytest.fixture
async def mo(app: FastAPI) -> Known:
    return await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
