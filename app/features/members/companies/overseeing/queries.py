"""Companies as staff see them: who they are and how they stand, nothing that is confidential to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.companies.access import access_company, visible_companies
from app.features.members.companies.models import CompanyChange
from app.features.members.companies.names import name_key
from app.features.members.models import Company, Person
from app.kit.viewer import Viewer

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OverseenCompany:
    public_id: str
    name: str
    state: str
    verification: str
    created_at: datetime
    members: int
    namesakes: int


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    reason: str
    made_at: datetime
    into: str | None


async def companies_named(session: AsyncSession, viewer: Viewer, name: str) -> list[OverseenCompany]:
    """Whose name holds this one; without a name, those that share theirs with another."""
    key = name_key(name)
    found = _overseen(viewer)
    if key:
        escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = found.where(Company.name_key.like(f"%{escaped}%", escape="\\"))
    else:
        found = found.where(Company.state != "closed", _namesakes() > 0)
    rows = await session.execute(found.order_by(Company.name_key, Company.id).limit(_SHOWN))
    return [OverseenCompany(*row) for row in rows]


async def overseen_company(
    session: AsyncSession, viewer: Viewer, public_id: str
) -> tuple[OverseenCompany, list[OverseenCompany], list[Change]]:
    """It, its namesakes, and what staff did to it. Raises NotFound."""
    found = await access_company(session, viewer, public_id)
    one = OverseenCompany(*(await session.execute(_overseen(viewer).where(Company.id == found.id))).one())
    same = _overseen(viewer).where(
        Company.name_key == found.name_key, Company.id != found.id, Company.state != "closed"
    )
    into = Company.__table__.alias("into_company")
    changes = (
        select(CompanyChange.kind, CompanyChange.reason, CompanyChange.made_at, into.c.name)
        .outerjoin(into, into.c.id == CompanyChange.into_id)
        .where(CompanyChange.company_id == found.id)
        .order_by(CompanyChange.id.desc())
    )
    return (
        one,
        [OverseenCompany(*row) for row in await session.execute(same.limit(_SHOWN))],
        [Change(*row) for row in await session.execute(changes)],
    )


def _namesakes() -> ScalarSelect[int]:
    other = Company.__table__.alias("other_company")
    return (
        select(func.count())
        .where(other.c.name_key == Company.name_key, other.c.id != Company.id, other.c.state != "closed")
        .correlate(Company)
        .scalar_subquery()
    )


def _overseen(viewer: Viewer) -> Select[Any]:
    members = (
        select(func.count())
        .where(Person.company_id == Company.id, Person.state.in_(("active", "suspended")))
        .correlate(Company)
        .scalar_subquery()
    )
    columns = (Company.public_id, Company.name, Company.state, Company.verification, Company.created_at)
    return select(*columns, members, _namesakes()).where(visible_companies(viewer))
