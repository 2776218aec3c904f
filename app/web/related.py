"""What higher rooms know of the subject of a page or an API answer: the panels, loaded or as JSON."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends

from app.db.engine import ReadSession
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Language
from app.kit.viewer import Viewer
from app.web.dependencies import PanelsDep, ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep
from app.web.panels import LoadedPanel, PanelRegistry


class Shown:
    """The panels of one request, for its page."""

    def __init__(self, session: ReadSession, viewer: Viewer, panels: PanelRegistry) -> None:
        self._session, self._viewer, self._panels = session, viewer, panels

    async def about(self, kind: SubjectKind, public_id: str) -> Sequence[LoadedPanel]:
        """Those that have something to show, in their order."""
        return await self._panels.load(self._session, self._viewer, Subject(kind, public_id))


class Related:
    """The panels of one request, for its JSON."""

    def __init__(self, shown: Shown, language: Language) -> None:
        self._shown, self._language = shown, language

    async def about(self, kind: SubjectKind, public_id: str) -> dict[str, Any]:
        """By the key of each panel that has something to show."""
        loaded = await self._shown.about(kind, public_id)
        told = {one.panel.key: one.panel.as_json(one.data, self._language) for one in loaded}
        return {key: data for key, data in told.items() if data is not None}


async def _shown(session: ReadSessionDep, viewer: ViewerDep, panels: PanelsDep) -> Shown:
    return Shown(session, viewer, panels)


ShownDep = Annotated[Shown, Depends(_shown, scope="function")]


async def _related(shown: ShownDep, language: LanguageDep) -> Related:
    return Related(shown, language)


RelatedDep = Annotated[Related, Depends(_related, scope="function")]
