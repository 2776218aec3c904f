"""Every page on both databases, and how little it asks of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from sqlalchemy import event
from sqlalchemy.engine import Engine

MOST_STATEMENTS = 6
PAGES = (
    "/explore",
    "/explore/organisations",
    "/explore/organisations?need=mlps-l3&industry=healthcare&level=tertiary_a&province=北京市",
    "/explore/needs?industry=healthcare&province=北京市",
    "/explore/facts?need=mlps-l3&industry=healthcare&level=tertiary_a&province=北京市&years=10",
    "/api/v1/facts?need=mlps-l3",
    "/api/v1/explore/organisations?need=mlps-l3",
    "/api/v1/explore/needs",
    "/explore/facts.rss?need=mlps-l3",
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The reads that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_page_asks_a_few_statements_however_much_there_is(client: httpx.AsyncClient) -> None:
    for page in PAGES:
        await client.get(page)  # the first may read the knowledge pack
        with statements() as sent:
            answer = await client.get(page)
        assert answer.status_code == 200, page
        assert 0 < len(sent) <= MOST_STATEMENTS, (page, sent)
