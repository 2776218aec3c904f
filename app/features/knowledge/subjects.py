"""What the subjects of the catalogue are called, for rooms that only know their ids."""

from collections.abc import Callable, Mapping, Sequence

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.queries import current_catalogue
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.subjects import Describe, Described, Describers

Names = Callable[[Catalogue], Mapping[str, Text]]


def _describing(kind: SubjectKind, folder: str, names: Names) -> Describe:
    async def describe(
        session: ReadSession, viewer: Viewer, public_ids: Sequence[str]
    ) -> Mapping[str, Described]:
        known = names(await current_catalogue(session))
        return {
            one: Described(Subject(kind, one), known[one], f"/{folder}/{one}")
            for one in public_ids
            if one in known
        }

    return describe


SUBJECTS: Describers = {
    "need": _describing(
        "need", "needs", lambda catalogue: {slug: one.title for slug, one in catalogue.needs.items()}
    ),
    "industry": _describing(
        "industry",
        "industries",
        lambda catalogue: {code: one.name for code, one in catalogue.industries.items()},
    ),
    "regulation": _describing(
        "regulation",
        "regulations",
        lambda catalogue: {slug: one.title for slug, one in catalogue.regulations.items()},
    ),
}
