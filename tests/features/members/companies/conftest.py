"""A second browser, and what the application would have mailed."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from tests.application import client_of
from tests.mails import MailRead, read_mails

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
