"""Finding companies by their ids, for rooms whose rows belong to companies."""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.models import Company
from app.kit.errors import NotFound
from app.kit.text import Text


async def company_named(session: AsyncSession, public_id: str, *, also_gone: bool = False) -> int:
    """The internal id of an active company, for staff and the system; `also_gone`: of a suspended or closed
    one, too. Raises NotFound."""
    named = Company.public_id == public_id
    found: int | None = await session.scalar(
        select(Company.id).where(named if also_gone else named & (Company.state == "active"))
    )
    if found is None:
        raise NotFound(
            Text(
                zh="没有这个公司编号。请从公司页面的地址复制。",
                en="There is no company of this id. Copy it from the address of its page.",
            ),
            field="company",
        )
    return found


def closed_companies() -> Select[int]:
    """Internal ids, for a condition."""
    return select(Company.id).where(Company.state == "closed")


async def public_ids_of(session: AsyncSession, company_ids: Iterable[int]) -> dict[int, str]:
    """By internal id, in one statement."""
    wanted = sorted(set(company_ids))
    if not wanted:
        return {}
    rows = await session.execute(select(Company.id, Company.public_id).where(Company.id.in_(wanted)))
    return {row.id: row.public_id for row in rows}
