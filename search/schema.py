"""What an index is made of; a change of any of it makes an existing index stale."""

import hashlib
from importlib import resources

from search.analysis.names import ANALYSIS_VERSION

FIELDS = (
    "id", "rev", "touched", "keys", "prefixes", "bigrams", "characters", "pinyin_prefixes", "pinyin_bigrams",
    "initials_prefixes", "filters", "places", "visibility", "weight", "packed",
)  # fmt: skip
_DATA = ("regions.tsv", "region_words.txt", "region_brands.txt")


def schema_hash() -> str:
    """Twelve hexadecimal digits over the analysis version, the field list and the data behind the analysis.

    The famous short names are no part of it: they are looked up when asking, not when indexing.
    """
    digest = hashlib.sha256(f"{ANALYSIS_VERSION}|{'|'.join(FIELDS)}".encode())
    for name in _DATA:
        digest.update((resources.files("search.analysis") / "data" / name).read_bytes())
    return digest.hexdigest()[:12]
