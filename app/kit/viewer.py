"""Who is asking. Built per request; until the room `members` knows people, everybody is anonymous."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader on whose behalf every query runs. No company means: sees public (C0) data only."""

    company_id: int | None = None

    @property
    def visibility(self) -> tuple[str, ...]:
        """Search visibility tokens, derived on the server and never taken from a request."""
        return ("public",)


ANONYMOUS = Viewer()
