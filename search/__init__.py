"""Finding named things by what people type: a library that knows nothing of the rest of the product."""

from pathlib import Path

from search.contract import SearchEngine
from search.server import SearchServer

__all__ = ["SearchServer", "build_engine"]


def build_engine(place: Path | SearchServer, *, warm: bool = True) -> SearchEngine:
    """The engine at a place: embedded in a directory, which need not exist yet, or on a Meilisearch server.

    `warm` loads the embedded engine's language tables in the background: not for a caller that only asks for
    its health.
    """
    # An engine's library is only loaded when that engine is used.
    if isinstance(place, SearchServer):
        from search.backends.meilisearch import MeilisearchEngine

        return MeilisearchEngine(place)
    from search.backends.embedded import EmbeddedEngine

    return EmbeddedEngine(place, warm=warm)
