"""The curated table of famous short names: 工行, 北大, 国网, ICBC."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from search.analysis.names import without_legal_form
from search.analysis.normalise import normalise


@dataclass(frozen=True, slots=True)
class Expansion:
    """`full` is the folded official name; `whole` says that nothing was typed behind the short form."""

    full: str
    whole: bool


@lru_cache
def famous() -> dict[str, str]:
    """Folded short form -> official name as displayed."""
    lines = (resources.files("search.analysis") / "data" / "famous.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line)
    return {normalise(short): full for short, full in rows}


def expand(folded: str) -> Expansion | None:
    """The official name for a famous short form, also with more behind it: 北大第三医院, 工行北京分行."""
    table = famous()
    if folded in table:
        return Expansion(normalise(table[folded]), whole=True)
    if folded.isascii():
        return None
    for length in range(min(_longest(), len(folded) - 2), 1, -1):
        full = table.get(folded[:length])
        if full:
            return Expansion(without_legal_form(normalise(full)) + folded[length:], whole=False)
    return None


@lru_cache
def _longest() -> int:
    return max(map(len, famous()), default=0)
