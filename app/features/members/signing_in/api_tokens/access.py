"""Which tokens somebody may see: one's own, and all of the company's for whoever approves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.models import Person
from app.features.members.permissions import SCOPES, Permission
from app.features.members.signing_in.models import ApiToken
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

_MOST = 100


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Never the token itself: only its maker saw it, once."""

    id: int
    public_id: str
    maker: str
    name: str
    scopes: tuple[str, ...]
    state: str  # waiting, active, refused, revoked; over for an active one past its day
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def visible_tokens(viewer: Viewer) -> ColumnElement[bool]:
    of_company = ApiToken.company_id == viewer.company_id
    if viewer.may(Permission.TOKENS_APPROVE):
        return of_company
    return and_(of_company, ApiToken.person_id == viewer.person_id)


async def tokens_of(session: AsyncSession, viewer: Viewer) -> Sequence[TokenLine]:
    """The newest first."""
    rows = await session.execute(
        _LINE.where(visible_tokens(viewer)).order_by(ApiToken.id.desc()).limit(_MOST)
    )
    return [_line(*row) for row in rows]


async def access_token(session: AsyncSession, viewer: Viewer, public_id: str) -> TokenLine:
    """Raises NotFound."""
    row = (
        await session.execute(_LINE.where(visible_tokens(viewer), ApiToken.public_id == public_id))
    ).one_or_none()
    if row is None:
        raise NotFound(
            Text(zh="没有这个令牌；可能已经删除。", en="There is no such token; perhaps it is gone already.")
        )
    return _line(*row)


_LINE = select(
    ApiToken.id,
    ApiToken.public_id,
    Person.name,
    ApiToken.name,
    ApiToken.scopes,
    ApiToken.state,
    ApiToken.created_at,
    ApiToken.expires_at,
    ApiToken.used_at,
).join(Person, Person.id == ApiToken.person_id)


def _line(
    id: int, public_id: str, maker: str, name: str, scopes: str, state: str,
    created_at: datetime, expires_at: datetime, used_at: datetime | None,
) -> TokenLine:  # fmt: skip
    shown = "over" if state == "active" and expires_at <= clock.now() else state
    known = tuple(scope for scope in scopes.split(",") if scope in SCOPES)  # an older release had others
    return TokenLine(id, public_id, maker, name, known, shown, created_at, expires_at, used_at)
