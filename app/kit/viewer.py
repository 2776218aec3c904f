"""Who is asking. Built per request from the database, never from what a cookie or token claims."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEP_UP = timedelta(minutes=10)  # how long a second factor counts as just given


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader on whose behalf every query runs: a member, one of staff, or nobody known.

    `permissions` is what roles allow, for a token narrowed to its scopes (see members/permissions.py).
    """

    person_id: int | None = None
    public_id: str = ""
    name: str = ""
    company_id: int | None = None
    company_public_id: str = ""
    company_name: str = ""
    is_verified: bool = False  # staff have verified the company
    role: str = ""  # in the company
    staff_roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    session_id: int | None = None
    awaits_second_factor: bool = False  # the password was right, and a factor is enrolled: not signed in yet
    second_factor_at: datetime | None = None  # in this session
    scopes: frozenset[str] | None = None  # of an API token; None for a browser's session
    now: datetime | None = None
    request_id: str = ""
    ip_prefix: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None and not self.awaits_second_factor

    @property
    def is_member(self) -> bool:
        return self.is_signed_in and self.company_id is not None

    @property
    def is_staff(self) -> bool:
        return self.is_signed_in and self.company_id is None

    @property
    def has_second_factor(self) -> bool:
        return self.second_factor_at is not None

    @property
    def has_stepped_up(self) -> bool:
        """Gave a second factor within the last ten minutes."""
        if self.second_factor_at is None or self.now is None:
            return False
        return self.now - self.second_factor_at <= STEP_UP

    @property
    def visibility(self) -> tuple[str, ...]:
        """Search visibility tokens, derived on the server and never taken from a request."""
        return ("public",)

    def may(self, permission: str) -> bool:
        return permission in self.permissions


ANONYMOUS = Viewer()
OPERATOR = Viewer(request_id="topctl")  # whoever may use the terminal of the machine; nobody of the product
