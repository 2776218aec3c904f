"""Making a token, deciding about it, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import func, insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.mail.postbox import Letter, Postbox
from app.features.members.models import Person
from app.features.members.permissions import SCOPES, Permission
from app.features.members.signing_in.api_tokens.access import access_token
from app.features.members.signing_in.api_tokens.format import new_api_token
from app.features.members.signing_in.models import ApiToken
from app.features.members.signing_in.tokens import hashed
from app.kit import clock
from app.kit.errors import Conflict, Invalid
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.inputs import clean_text

NAME_LENGTH = 60
DEFAULT_DAYS, MOST_DAYS = 90, 366
MOST_OF_ONE = 20  # that wait or work


@dataclass(frozen=True, slots=True)
class Made:
    token: str  # shown now and never again
    public_id: str
    waits: bool  # for an admin of the company


async def make_token(
    session: WriteSession, postbox: Postbox, viewer: Viewer, name: str, scopes: Sequence[str], days: int
) -> Made:
    """Raises Invalid on `name`, `scopes` or `days`, and Conflict."""
    name = clean_text(
        name, field="name", label=Text(zh="用途", en="Purpose"), max_length=NAME_LENGTH, required=True
    )
    _check(scopes, days)
    live = select(func.count()).where(
        ApiToken.person_id == viewer.person_id,
        ApiToken.state.in_(("waiting", "active")),
        ApiToken.expires_at > clock.now(),
    )
    if (await session.scalar(live) or 0) >= MOST_OF_ONE:
        raise Conflict(
            Text(
                zh=f"最多 {MOST_OF_ONE} 个令牌。请先停用不用的。",
                en=f"You can have {MOST_OF_ONE} tokens. Please revoke one first.",
            )
        )
    approves = viewer.may(Permission.TOKENS_APPROVE)
    token, public_id, now = new_api_token(), random_id(), clock.now()
    await session.execute(
        insert(ApiToken).values(
            public_id=public_id,
            token_hash=hashed(token),
            person_id=viewer.person_id,
            company_id=viewer.company_id,
            name=name,
            scopes=",".join(scope for scope in SCOPES if scope in scopes),
            state="active" if approves else "waiting",
            created_at=now,
            expires_at=now + timedelta(days=days),
            decided_by=viewer.person_id if approves else None,
            decided_at=now if approves else None,
        )
    )
    if not approves:
        await _tell_admins(session, postbox, viewer)
    await record_audit(session, viewer, "token.make", object_kind="api_token", object_id=public_id)
    return Made(token, public_id, waits=not approves)


async def decide_token(session: WriteSession, viewer: Viewer, public_id: str, *, approve: bool) -> None:
    """For routes of whoever approves. Raises NotFound, and Conflict for one that was decided already."""
    token = await access_token(session, viewer, public_id)
    if token.state != "waiting":
        raise _decided()
    state = "active" if approve else "refused"
    decided = {"state": state, "decided_by": viewer.person_id, "decided_at": clock.now()}
    waiting = update(ApiToken).where(ApiToken.id == token.id, ApiToken.state == "waiting")
    if cast(Any, await session.execute(waiting.values(decided))).rowcount != 1:
        raise _decided()  # or its maker was suspended meanwhile, which ended it
    verb = "token.approve" if approve else "token.refuse"
    await record_audit(session, viewer, verb, object_kind="api_token", object_id=public_id)


def _decided() -> Conflict:
    return Conflict(Text(zh="这个令牌已经处理过。", en="This token has been decided already."))


async def revoke_token(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """By its maker or whoever approves; over with the next call. Raises NotFound."""
    token = await access_token(session, viewer, public_id)
    await session.execute(update(ApiToken).where(ApiToken.id == token.id).values(state="revoked"))
    await record_audit(session, viewer, "token.revoke", object_kind="api_token", object_id=public_id)


async def _tell_admins(session: WriteSession, postbox: Postbox, viewer: Viewer) -> None:
    admins = select(Person.mail, Person.language).where(
        Person.company_id == viewer.company_id, Person.role == "admin", Person.state == "active"
    )
    address = postbox.address_of("/account/tokens")
    letter = Letter(
        "token_waits",
        Text(zh="有一个 API 令牌等你批准", en="An API token waits for your approval"),
        Text(
            zh=f"贵公司有成员申请了 ToP 的 API 令牌，批准后才能使用：\n\n{address}",
            en="A member of your company asked for an API token for ToP. It works once you approve it:"
            f"\n\n{address}",
        ),
    )
    for admin in (await session.execute(admins)).all():
        if admin.mail is not None:
            await postbox.post(session, letter, to=admin.mail, language=admin.language)


def _check(scopes: Sequence[str], days: int) -> None:
    if not scopes or not set(scopes) <= set(SCOPES):
        listed = ", ".join(SCOPES)
        raise Invalid(
            Text(zh=f"请至少选择一项权限：{listed}", en=f"Choose at least one scope of: {listed}"),
            field="scopes",
        )
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(
            Text(
                zh=f"有效期须为 1 到 {MOST_DAYS} 天。到期后可以再建一个。",
                en=f"A token lives 1 to {MOST_DAYS} days. You can make another one afterwards.",
            ),
            field="days",
        )
