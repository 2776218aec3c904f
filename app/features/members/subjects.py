"""What companies and people are called, for rooms that only know their ids."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.db.engine import ReadSession
from app.features.members.models import Company, Person
from app.kit.subject import Subject
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.subjects import Described, Describers


async def _companies(
    session: ReadSession, viewer: Viewer, public_ids: Sequence[str]
) -> Mapping[str, Described]:
    """Profiles are open to everybody who is signed in."""
    if not viewer.is_signed_in:
        return {}
    statement = select(Company.public_id, Company.name).where(
        Company.public_id.in_(public_ids), Company.state == "active"
    )
    return {
        one: Described(Subject("company", one), Text(zh=name, en=name), f"/companies/{one}")
        for one, name in await session.execute(statement)
    }


async def _people(session: ReadSession, viewer: Viewer, public_ids: Sequence[str]) -> Mapping[str, Described]:
    """Colleagues alone: who works elsewhere is that company's to tell."""
    if not viewer.is_member:
        return {}
    statement = select(Person.public_id, Person.name).where(
        Person.public_id.in_(public_ids), Person.company_id == viewer.company_id, Person.state == "active"
    )
    return {
        one: Described(Subject("person", one), Text(zh=name, en=name), "/company/members")
        for one, name in await session.execute(statement)
    }


SUBJECTS: Describers = {"company": _companies, "person": _people}
