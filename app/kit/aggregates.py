"""The anonymity rules for whatever is told of several companies together."""

LEAST_COMPANIES = 5
ROUNDED_TO = 5
LARGEST_SHARE = 0.5
TOP_TWO_SHARE = 0.75


def told_companies(companies: int) -> int | None:
    """How many may be said, rounded down so that "at least" stays true; None where nothing may be said."""
    return companies // ROUNDED_TO * ROUNDED_TO if companies >= LEAST_COMPANIES else None
