"""Notices of needs whose party is no organisation of the registry, or could be several: work for staff."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.registry.facts.models import Notice
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class UnmatchedParty:
    """`state` is unknown (nobody bears the name) or ambiguous; `title` is one of its notices."""

    party: str
    role: str
    state: str
    province: str
    notices: int
    last_on: date
    title: str


async def unmatched_parties(
    session: ReadSession, viewer: Viewer, *, limit: int | None
) -> Sequence[UnmatchedParty]:
    """The most frequent first; notices that name nobody are left out."""
    province = func.coalesce(Notice.province, "")
    count = func.count().label("notices")
    statement = (
        select(
            Notice.buyer,
            Notice.role,
            Notice.state,
            province,
            count,
            func.max(Notice.published_on),
            func.min(Notice.title),
        )
        .where(Notice.state.in_(("unknown", "ambiguous")), Notice.buyer != "")
        .group_by(Notice.buyer, Notice.role, Notice.state, province)
        .order_by(count.desc(), Notice.buyer, province)
        .limit(limit)
    )
    rows: Any = (await session.execute(statement)).all()
    return [UnmatchedParty(*row) for row in rows]


def write_unmatched(parties: Sequence[UnmatchedParty], path: Path) -> None:
    """As CSV that spreadsheets open rightly and read as text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(UnmatchedParty))
        writer.writerows([_plain(value) for value in astuple(one)] for one in parties)


def _plain(value: object) -> object:
    """A name that begins like a formula stays a name."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
