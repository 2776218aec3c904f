"""Sending the requests of the table."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx

from tests.authorization.actors import ACTORS, Actor
from tests.authorization.addresses import Asked
from tests.authorization.expecting import Expected, expected
from tests.authorization.world import World


async def ask(
    client: httpx.AsyncClient,
    world: World,
    actor: Actor,
    asked: Asked,
    *,
    missing: bool = False,
    headers: Mapping[str, str | None] | None = None,
    **body: Any,
) -> httpx.Response:
    """As a browser or a program does, typing only what names an object; a header of None is left out."""
    if not body and asked.method not in ("GET", "HEAD", "DELETE"):
        body = {"json" if asked.is_api else "data": asked.missing_body if missing else asked.body}
    client.cookies.clear()
    keyed = {"idempotency-key": "key-of-the-tests"} if asked.is_api and asked.method == "POST" else {}
    sent = world.headers(client, actor) | keyed | dict(headers or {})
    kept = {name: value for name, value in sent.items() if value is not None}
    return await client.request(
        asked.method, asked.missing if missing else asked.address, headers=kept, **body
    )


async def answered(client: httpx.AsyncClient, world: World, actor: Actor, asked: Asked) -> httpx.Response:
    """The plain request, sent once for all tests that look at its answer; they let no write stay."""
    key = actor.key, str(asked)
    if key not in world.answers:
        world.answers[key] = await ask(client, world, actor, asked)
    return world.answers[key]


def let_in(asked: Asked) -> Actor | None:
    """Somebody who may ask for this; none where the world has nobody."""
    return next((actor for actor in ACTORS if expected(asked, actor) is Expected.OPEN), None)


def text_of(answer: httpx.Response) -> str:
    """All that an answer tells: headers, and the parts of a document as well."""
    told = [answer.text, *answer.headers.values()]
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            told += [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return "\n".join(told)
