"""Decisions as staff send them, carried out with the vendor that the moderator declares to work for."""

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.staff.vendor import vendor_of
from app.features.registry.life.models import REASON_LENGTH
from app.features.registry.life.review import Decided, decide
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.inputs import clean_text

_REASON = Text(zh="理由", en="Reason")


async def decide_report(
    database: Database, viewer: Viewer, public_id: str, *, accept: bool, reason: str
) -> Decided:
    """Raises Invalid, NotFound, Conflict, and VendorUndeclared."""
    cleaned = clean_text(reason, field="reason", label=_REASON, max_length=REASON_LENGTH, required=True)

    async def work(session: WriteSession) -> Decided:
        vendor = await vendor_of(session, viewer)
        return await decide(session, viewer, public_id, accept=accept, reason=cleaned, vendor=vendor)

    return await run_write(database, work)
