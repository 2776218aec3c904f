"""The button beside the title of every page whose subject can be followed."""

from dataclasses import dataclass
from typing import Any, get_args

from app.db.engine import ReadSession
from app.features.follows.queries import companies_following, follow_of
from app.features.follows.records import KIND_NAMES
from app.features.members.permissions import Permission
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Language
from app.kit.viewer import Viewer
from app.web.panels import Panel


@dataclass(frozen=True, slots=True)
class FollowButton:
    """`asks_to_sign_in`: nobody is known yet. `companies`: at least so many follow it; None: not told.
    `is_compact`: in a list, where the star alone stands beside each row."""

    subject: Subject
    is_followed: bool
    asks_to_sign_in: bool = False
    companies: int | None = None
    is_compact: bool = False


async def _load(session: ReadSession, viewer: Viewer, subject: Subject, limit: int) -> FollowButton | None:
    if not viewer.is_signed_in:
        return FollowButton(subject, is_followed=False, asks_to_sign_in=True)
    if not viewer.is_member or not viewer.may(Permission.FOLLOWS_KEEP):
        return None
    known = await follow_of(session, viewer, subject)
    companies = await companies_following(session, viewer, subject)
    return FollowButton(subject, is_followed=known is not None, companies=companies)


def _as_json(button: FollowButton, language: Language) -> dict[str, Any] | None:
    if button.asks_to_sign_in:
        return None
    return {"is_followed": button.is_followed, "companies_at_least": button.companies}


PANELS = (
    Panel(
        key="follow",
        subject_kinds=frozenset(kind for kind in get_args(SubjectKind) if kind in KIND_NAMES),
        order=0,
        load=_load,
        template="follows/_button.html",
        as_json=_as_json,
        place="head",
    ),
)
