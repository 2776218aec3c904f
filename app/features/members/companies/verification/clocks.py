"""When a request must be answered: within two working days, Monday to Friday."""

from datetime import datetime, timedelta, timezone

WORKING_DAYS = 2
_CHINA = timezone(timedelta(hours=8))
_SATURDAY = 5


def due_at(submitted_at: datetime) -> datetime:
    """The same time of day, so many working days later; what comes on a weekend counts from Monday."""
    due, left = submitted_at.astimezone(_CHINA), WORKING_DAYS
    while due.weekday() >= _SATURDAY:
        due = (due + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while left:
        due += timedelta(days=1)
        if due.weekday() < _SATURDAY:
            left -= 1
    return due.astimezone(submitted_at.tzinfo)
