"""Finding named things by what people type: a library that knows nothing of the rest of the product."""

from pathlib import Path

from search.contract import SearchEngine

__all__ = ["build_engine"]


def build_engine(root: Path, *, warm: bool = True) -> SearchEngine:
    """The embedded engine; everything it stores is under `root`, which need not exist yet.

    `warm` loads the language tables in the background: not for a caller that only asks for its health.
    """
    from search.backends.embedded import EmbeddedEngine  # the engine's library is only loaded when used

    return EmbeddedEngine(root, warm=warm)
