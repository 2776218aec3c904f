"""What a notice says, by the rules of the knowledge room: its needs, its party, its project. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Any, Literal

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.notices import (
    NoticeText,
    names_to_try,
    needs_in,
    notice_kind,
    parties_in,
    project_key,
)
from app.features.registry.facts.models import BUYER_LENGTH, KEY_LENGTH, RULE_LENGTH
from app.features.registry.facts.notice_rows import NoticeRow

Role = Literal["buyer", "end_user"]
_DAY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Understood:
    """A notice read: the columns of its row, but for what the match decides."""

    digest: str
    source: str
    party: str  # whose need it is: the end user that the title names, else the buyer
    role: Role
    names: tuple[str, ...]  # to be tried before it: the end user is the first that is an organisation
    province: str
    city: str
    needs: Mapping[str, tuple[float, str]]  # need -> weight and rule
    columns: Mapping[str, Any]


def understand(row: NoticeRow, catalogue: Catalogue) -> Understood:
    text = NoticeText(
        title=row.title,
        content=row.content,
        buyer=row.buyer,
        category=row.category,
        published_on=row.published_on,
    )
    parties = parties_in(text)
    role: Role = "end_user" if parties.end_user else "buyer"
    party = (parties.end_user or parties.buyer or "")[:BUYER_LENGTH]
    needs = {one.need: (one.weight, one.rule[:RULE_LENGTH]) for one in needs_in(catalogue, text)}
    return Understood(
        digest=digest_of(row),
        source=row.source,
        party=party,
        role=role,
        names=names_to_try(text, parties) if needs else (),
        province=row.province,
        city=row.city,
        needs=needs,
        columns={
            "kind": notice_kind(row.title, row.kind),
            "title": row.title,
            "buyer": party,
            "published_on": row.published_on,
            "amount": row.amount,
            "amount_kind": row.amount_kind,
            "site": row.site or None,
            "url": row.url or None,
            "province": row.province or None,
            "city": row.city or None,
            "project_key": project_key(row.title, party)[:KEY_LENGTH],
        },
    )


def told_of(one: Understood, name: str) -> Understood:
    """The same notice, whose need is that of the named end user."""
    key = project_key(one.columns["title"], name)[:KEY_LENGTH]
    columns = {**one.columns, "buyer": name[:BUYER_LENGTH], "project_key": key}
    return replace(one, party=name[:BUYER_LENGTH], role="end_user", columns=columns)


def digest_of(row: NoticeRow) -> str:
    """Equal for what would be read alike, wherever it was found. It begins with the day, so that files in
    the order of time fill the index from one end."""
    told = (
        *(row.source, row.title, row.published_on.isoformat(), row.buyer, row.kind, row.category),
        *(row.content, row.province, row.city, str(row.amount), str(row.amount_kind)),
    )
    day = f"{row.published_on.toordinal():0{_DAY_DIGITS}x}"
    digest = blake2s("\x00".join(told).encode(), digest_size=(KEY_LENGTH - _DAY_DIGITS) // 2)
    return day + digest.hexdigest()
