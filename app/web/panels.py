"""Panels let a lower page show what a higher room knows without importing it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from app.db.engine import ReadSession
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Language
from app.kit.viewer import Viewer

log = structlog.get_logger()

Load = Callable[[ReadSession, Viewer, Subject, int], Awaitable[Any | None]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A room's contribution to another room's page. At most two queries; None means nothing to show.

    `place`: below what the page itself says, or in its head beside the title, where there is room for one
    small control.
    """

    key: str
    subject_kinds: frozenset[SubjectKind]
    order: int
    load: Load
    template: str
    as_json: Callable[
        [Any, Language], Any
    ]  # the same data for the API, under `related.<key>`; None: left out
    place: Literal["head", "body"] = "body"


@dataclass(frozen=True, slots=True)
class LoadedPanel:
    panel: Panel
    data: Any


class PanelRegistry:
    """All panels of the product, collected by the entry point."""

    def __init__(self, panels: Iterable[Panel]) -> None:
        self._panels = tuple(sorted(panels, key=lambda panel: (panel.order, panel.key)))
        keys = [panel.key for panel in self._panels]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two panels share a key: {sorted(keys)}")

    async def load(
        self, session: ReadSession, viewer: Viewer, subject: Subject, *, limit: int = 10
    ) -> tuple[LoadedPanel, ...]:
        """The panels with something to show about `subject`; a failing one is logged and left out."""
        loaded = []
        for panel in self._panels:
            if subject.kind not in panel.subject_kinds:
                continue
            try:
                # A savepoint: a failing query must not spoil the page's transaction (PostgreSQL).
                async with session.begin_nested():
                    data = await panel.load(session, viewer, subject, limit)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("panel_failed", panel=panel.key, error=type(error).__name__)
            else:
                if data is not None:
                    loaded.append(LoadedPanel(panel, data))
        return tuple(loaded)
