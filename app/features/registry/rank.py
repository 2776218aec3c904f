"""How well known an organisation is, in 0..1: orders equal search hits and comparable organisations. Pure."""

# An observed name always ranks above a derived one.
_OF_PROVENANCE = {"curated": 0.6, "observed": 0.3, "derived": 0.05}
_OF_LEVEL = {
    "national": 0.3,
    "provincial": 0.12,
    "municipal": 0.06,
    "tertiary_a": 0.25,
    "tertiary": 0.15,
    "undergraduate": 0.15,
    "state_owned_major": 0.3,
    "soe": 0.15,
    "listed": 0.1,
}
_PER_FURTHER_SOURCE = 0.05
_MOST_SOURCES = 4
_HAS_CODE = 0.05
_DERIVED_CEILING = 0.25


def rank_of(*, provenance: str, sources: int, stated_level: str | None, has_code: bool) -> float:
    """`stated_level` is a level that a source states, not one guessed from the name."""
    rank = _OF_PROVENANCE[provenance]
    rank += _PER_FURTHER_SOURCE * min(max(sources - 1, 0), _MOST_SOURCES)
    rank += _OF_LEVEL.get(stated_level or "", 0.0) + (_HAS_CODE if has_code else 0.0)
    return round(min(rank, _DERIVED_CEILING if provenance == "derived" else 1.0), 4)
