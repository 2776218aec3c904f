"""Actor by route by face: each answer is what the policy of the route and the owner of the object say."""

import re

import httpx
import pytest

from tests.authorization.actors import ACTORS, RIVAL, RIVALS_TOKEN, Actor, each
from tests.authorization.addresses import Asked, missing_id, table
from tests.authorization.asking import answered, ask
from tests.authorization.expecting import Expected, expected, got
from tests.authorization.world import World

# What routes answer by themselves to whom their policy lets in.
_OWN_ANSWERS: dict[tuple[str, Expected], tuple[str, ...]] = {
    ("/sign-in", Expected.OPEN): ("401", Expected.FACTOR),  # an empty password; who gave it goes on
    ("/api/v1/sign-in", Expected.OPEN): (Expected.SIGN_IN,),
    ("/account/mail/{token}", Expected.OPEN): (Expected.SIGN_IN,),  # with the new address
    # An empty code, no passkey, or an app that is not set up yet: no proof.
    ("/second-factor", Expected.OPEN): ("401",),
    ("/api/v1/second-factor", Expected.OPEN): (Expected.SIGN_IN,),
    ("/api/v1/second-factor/passkey", Expected.OPEN): (Expected.SIGN_IN,),
    ("/account/second-factors/codes", Expected.OPEN): ("401",),
    ("/account/second-factors/passkeys", Expected.OPEN): ("401",),
    ("/staff/ledger/disputes/{transfer}", Expected.OPEN): (Expected.HIDDEN,),  # the sale is not disputed
    ("/wallet/top-up", Expected.OPEN): (Expected.REFUSED,),  # no payment provider is set up
}

pytestmark = pytest.mark.usefixtures("no_write_stays")


@pytest.mark.statement(3)
@pytest.mark.statement(32)
@pytest.mark.parametrize("actor", each(ACTORS))
async def test_everybody_gets_what_the_policies_say(
    world: World, client: httpx.AsyncClient, actor: Actor
) -> None:
    wrong = []
    for asked in table(world.app, world):
        if actor.scopes is not None and not asked.is_api and actor is not RIVALS_TOKEN:
            continue  # one token shows that a page takes it for nobody's
        want = expected(asked, actor)
        answer = await answered(client, world, actor, asked)
        given = got(asked, answer)
        if given != want and given not in _OWN_ANSWERS.get((asked.template, want), ()):
            wrong.append(f"{asked}: {given} ({answer.status_code}) instead of {want}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.statement(1)
@pytest.mark.statement(4)
@pytest.mark.parametrize("rival", [RIVAL, RIVALS_TOKEN], ids=lambda actor: actor.key)
async def test_hidden_and_missing_are_the_same_answer(
    world: World, client: httpx.AsyncClient, rival: Actor
) -> None:
    """Status, headers and body, but for what was asked for and the number of the request. Also of a request
    that is wrong in itself, which a page refuses only once it found what it is about; a body that fits no
    schema of the API is refused whatever it is sent to."""
    for asked in table(world.app, world):
        if not asked.names_an_object or expected(asked, rival) is not Expected.HIDDEN:
            continue
        ids = world.ids[asked.place.id_name], missing_id(world, asked.place)
        for is_empty in (False, True) if asked.method != "GET" else (False,):
            hidden, missing = [
                await _plain(client, world, rival, asked, is_missing=is_missing, is_empty=is_empty)
                for is_missing in (False, True)
            ]
            assert _told(hidden, ids) == _told(missing, ids), str(asked)
            wrong = 422 if is_empty and asked.is_api and asked.body else 404
            assert hidden.status_code == wrong, f"{asked} {hidden.status_code}"


async def _plain(
    client: httpx.AsyncClient, world: World, actor: Actor, asked: Asked, *, is_missing: bool, is_empty: bool
) -> httpx.Response:
    """Not compressed: the length of the answer would depend on the id in it."""
    headers = {"accept-encoding": "identity"}
    if is_empty and asked.method != "DELETE":
        body: dict[str, object] = {"json" if asked.is_api else "data": {}}
        return await ask(client, world, actor, asked, missing=is_missing, headers=headers, **body)
    return await ask(client, world, actor, asked, missing=is_missing, headers=headers)


def _told(answer: httpx.Response, ids: tuple[str, str]) -> tuple[int, list[tuple[str, str]], str]:
    headers = [pair for pair in answer.headers.multi_items() if pair[0] != "x-request-id"]
    body = answer.text.replace(answer.headers["x-request-id"], "")
    for one in ids:
        body = body.replace(one, "")
    return answer.status_code, headers, re.sub(r"\s+", " ", body)


async def test_the_table_is_not_empty(world: World) -> None:
    rows = list(table(world.app, world))
    assert {asked.policy.who for asked in rows} >= {"anyone", "visitor", "staff"}
    assert len(rows) > 60
