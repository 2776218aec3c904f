"""For which vendor a moderator works: declared once before the first decision, and shown with every one."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.models import Person
from app.kit.errors import Conflict
from app.kit.text import Text
from app.kit.viewer import Viewer

INDEPENDENT = ""  # works for no vendor; None is somebody who has not said so yet


class VendorUndeclared(Conflict):
    """Pages send the reader to where it is declared, and back."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="请先声明你所属的厂商，它会与你的每个决定一起显示。",
                en="Declare first which vendor you work for: it is shown with each of your decisions.",
            )
        )


async def declared_vendor(session: AsyncSession, viewer: Viewer) -> str | None:
    """None as long as the viewer has not said anything."""
    declared: str | None = await session.scalar(select(Person.vendor).where(Person.id == viewer.person_id))
    return declared


async def vendor_of(session: AsyncSession, viewer: Viewer) -> str:
    """What the viewer has declared; INDEPENDENT is one answer. Raises VendorUndeclared."""
    declared = await declared_vendor(session, viewer)
    if declared is None:
        raise VendorUndeclared
    return declared


async def declare_vendor(session: WriteSession, viewer: Viewer, vendor: str) -> None:
    """For decisions from now on; earlier ones keep what was declared then."""
    await session.execute(update(Person).where(Person.id == viewer.person_id).values(vendor=vendor))
    await record_audit(session, viewer, "vendor.declare", object_kind="person", object_id=viewer.public_id)
