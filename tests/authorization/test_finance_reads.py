"""Finance staff read the books: ids and amounts, never who a company's people or customers are."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.web.csrf import SAFE_METHODS
from tests.authorization.actors import STAFF
from tests.authorization.addresses import Asked, table
from tests.authorization.asking import ask, text_of
from tests.authorization.belongings import SECRET, SHOWN, secret
from tests.authorization.world import World

FINANCE = next(actor for actor in STAFF if actor.key == "finance")
# What finance staff wrote themselves, what a company wrote to them, and the number of a payment.
TO_FINANCE = {secret("frozen"), secret("appeal"), secret("event")}
# Fields that hold words. Whoever adds one asks first whether they can be those of a customer. `name` is that
# of the kind of a cause ("purchase"), never what its room calls the thing.
WORDS = {
    "account", "answer", "company", "event_id", "freeze", "id", "kind", "money", "name", "next", "payment",
    "plain", "problem", "proposal", "provider", "reason", "reference", "text", "transfer", "url", "words",
}  # fmt: skip


def of_the_books(world: World) -> Iterator[Asked]:
    for asked in table(world.app, world):
        bare = asked.template.removeprefix("/api/v1")
        if bare.startswith("/staff/ledger") and asked.method in SAFE_METHODS:
            yield asked


@pytest.mark.statement(18)
async def test_finance_meets_no_name_in_the_books(world: World, client: httpx.AsyncClient) -> None:
    met, faces = set(), set()
    for asked in of_the_books(world):
        answer = await ask(client, world, FINANCE, asked)
        assert answer.status_code == 200, str(asked)
        told = text_of(answer)
        assert SHOWN not in told, f"{asked} names a company"
        words = set(re.findall(rf"{SECRET}[a-z.@]*", told))
        assert words <= TO_FINANCE, f"{asked}: {words - TO_FINANCE}"
        met |= words
        faces.add(asked.is_api)
    assert faces == {True, False}
    assert met, "a word of A that finance may read, so that the sweep would see one that it may not"


@pytest.mark.statement(18)
async def test_few_fields_of_the_books_hold_words(world: World) -> None:
    described = world.app.openapi()
    told: set[str] = set()
    for asked in of_the_books(world):
        if asked.is_api:
            answer = described["paths"][asked.template]["get"]["responses"]["200"]
            told |= set(_fields(answer["content"]["application/json"]["schema"], described))
    assert told == WORDS, sorted(told ^ WORDS)


def _fields(schema: Any, described: Any) -> Iterator[str]:
    """Names of what can hold any text: no amounts, days or closed lists."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, one in schema.get("properties", {}).items():
        kinds = [one, *one.get("anyOf", ()), one.get("items", {})]
        if any(kind.get("type") == "string" and not kind.keys() & {"format", "enum"} for kind in kinds):
            yield name
        for kind in kinds:
            yield from _fields(kind, described)
