"""For whom the database is told that somebody acts who looks after the own account."""

from contextlib import AbstractContextManager, nullcontext

from app.db.tenancy import SYSTEM, acting_as
from app.kit.viewer import Viewer


def acting_for_oneself(viewer: Viewer) -> AbstractContextManager[None]:
    """A member stays within the own company, as the request said. Staff belong to none, and who still waits
    for a second factor is nobody yet: the wall knows no smaller circle for them than everything."""
    return nullcontext() if viewer.is_member else acting_as(SYSTEM)
