"""What higher rooms know of an API answer's subject: the panels of its page, as JSON."""

from typing import Annotated, Any

from fastapi import Depends

from app.db.engine import ReadSession
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Language
from app.kit.viewer import Viewer
from app.web.dependencies import PanelsDep, ReadSessionDep, ViewerDep
from app.web.pages import LanguageDep
from app.web.panels import PanelRegistry


class Related:
    """The panels of one request."""

    def __init__(
        self, session: ReadSession, viewer: Viewer, panels: PanelRegistry, language: Language
    ) -> None:
        self._session, self._viewer = session, viewer
        self._panels, self._language = panels, language

    async def about(self, kind: SubjectKind, public_id: str) -> dict[str, Any]:
        """By the key of each panel that has something to show."""
        loaded = await self._panels.load(self._session, self._viewer, Subject(kind, public_id))
        return {one.panel.key: one.panel.as_json(one.data, self._language) for one in loaded}


async def _related(
    session: ReadSessionDep, viewer: ViewerDep, panels: PanelsDep, language: LanguageDep
) -> Related:
    return Related(session, viewer, panels, language)


RelatedDep = Annotated[Related, Depends(_related, scope="function")]
