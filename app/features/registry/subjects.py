"""What organisations and regions are called, for rooms that only know their ids."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sqlalchemy import select

from app.db.engine import ReadSession
from app.features.registry.models import Organisation
from app.kit.places import PROVINCE_NAMES
from app.kit.subject import Subject
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.subjects import Described, Describers


async def _organisations(
    session: ReadSession, viewer: Viewer, public_ids: Sequence[str]
) -> Mapping[str, Described]:
    statement = select(Organisation.public_id, Organisation.name).where(
        Organisation.public_id.in_(public_ids), Organisation.status == "active"
    )
    return {
        one: Described(Subject("organisation", one), Text(zh=name, en=name), f"/organisations/{one}")
        for one, name in await session.execute(statement)
    }


async def _regions(
    session: ReadSession, viewer: Viewer, public_ids: Sequence[str]
) -> Mapping[str, Described]:
    """A region's id is the full name of the province."""
    return {
        one: Described(
            Subject("region", one),
            PROVINCE_NAMES[one],
            f"/explore/organisations?{urlencode({'province': one})}",
        )
        for one in public_ids
        if one in PROVINCE_NAMES
    }


SUBJECTS: Describers = {"organisation": _organisations, "region": _regions}
