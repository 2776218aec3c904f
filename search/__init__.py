"""Finding named things by what people type: a library that knows nothing of the rest of the product."""

from pathlib import Path

from search.contract import SearchEngine

__all__ = ["build_engine"]


def build_engine(root: Path) -> SearchEngine:
    """The embedded engine; everything it stores is under `root`, which need not exist yet."""
    from search.backends.embedded import EmbeddedEngine  # the engine's library is only loaded when used

    return EmbeddedEngine(root)
