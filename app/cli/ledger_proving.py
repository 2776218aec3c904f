"""`topctl ledger prove`: that an entry was in the books when they were sealed."""

import json
import re
from typing import Annotated, Any

import typer

from app.cli.terminal import ending_with, read_settings, refuse, run, say
from app.db.engine import Database
from app.features.ledger.sealing.proving import Tampered, legs_to_prove
from app.features.ledger.sealing.proving import prove as prove_transfer
from app.features.ledger.sealing.publishing import published_chains
from app.kit.errors import Invalid, NotFound
from app.kit.text import Text
from app.settings import Settings

VIOLATED, NOT_PROVEN = 1, 2
_ENTRY = re.compile(r"(?P<transfer>[0-9A-Za-z_-]{1,64})(?:/(?P<leg>[0-9]{1,4}))?", re.ASCII)


def prove(
    entry: Annotated[
        str, typer.Argument(metavar="ENTRY", help="transfer, or transfer/leg for one leg alone")
    ],
) -> None:
    """Print the proof that an entry was in the books when they were sealed. /books/proof checks it.

    Exit status 0 proven, 1 what was sealed is no longer what the books say, 2 not proven: unknown, not sealed
    yet, database away.
    """

    with ending_with(NOT_PROVEN):
        try:
            proof = run(_prove(read_settings(), entry), passing=(Tampered,))
        except Tampered as error:
            tampered = error
        else:
            typer.echo(json.dumps(proof, ensure_ascii=False))
            return
    refuse(say(tampered.message), code=VIOLATED)


async def _prove(settings: Settings, entry: str) -> dict[str, Any]:
    transfer, leg = _entry(entry)
    database = Database(settings.effective_database_url)
    try:
        async with database.reading() as session:
            transfer_id, legs = await legs_to_prove(session, transfer)
            if leg is not None and leg not in legs:
                raise _no_such_leg(leg, len(legs))
            proof = await prove_transfer(session, transfer_id, legs if leg is None else [leg])
    finally:
        await database.close()
    _compare(proof["seal"], settings)
    return proof


def _entry(typed: str) -> tuple[str, int | None]:
    found = _ENTRY.fullmatch(typed)
    if found is None:
        raise Invalid(
            Text(
                zh="ENTRY 须为转账编号，或“转账编号/第几条分录”，如 statement 所列。",
                en="ENTRY is the id of a transfer, or transfer/leg, as `topctl ledger statement` lists them.",
            ),
            field="entry",
        )
    return found["transfer"], int(found["leg"]) if found["leg"] else None


def _no_such_leg(leg: int, legs: int) -> NotFound:
    return NotFound(
        Text(
            zh=f"这笔转账没有第 {leg} 条分录，共有 {legs} 条。",
            en=f"This transfer has no leg {leg}; it has {legs}.",
        ),
        field="entry",
    )


def _compare(seal: dict[str, Any], settings: Settings) -> None:
    """With what was published, where that is kept. Raises Tampered."""
    if settings.seal_export is None:
        return
    try:
        published = published_chains(settings.seal_export).get(seal["id"], seal["chain"])
    except ValueError as error:
        raise unreadable(error) from None
    if published != seal["chain"]:
        raise Tampered(
            Text(
                zh=f"第 {seal['id']} 号封存的链值与公布过的不同：账簿被重新封存过。",
                en=f"Seal {seal['id']} is not the one that was published: the books were sealed anew.",
            )
        )


def unreadable(error: ValueError) -> Invalid:
    """Of `published_chains` and `publish`."""
    return Invalid(
        Text(
            zh=f"不是公布的封存：TOP_SEAL_EXPORT 中的 {error}",
            en=f"Not a file of published seals, in TOP_SEAL_EXPORT: {error}",
        )
    )
