"""What the subjects of other rooms are called, without importing those rooms: main.py hands them over."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.db.engine import ReadSession
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Described:
    """A subject that this viewer may know of."""

    subject: Subject
    name: Text
    href: str


# By public id; those that are missing or hidden from the viewer are left out. One statement at most.
Describe = Callable[[ReadSession, Viewer, Sequence[str]], Awaitable[Mapping[str, Described]]]
Describers = Mapping[SubjectKind, Describe]


class SubjectRegistry:
    """All kinds of subject that some room can describe."""

    def __init__(self, of_rooms: Iterable[Describers]) -> None:
        self._describers = {kind: one for describers in of_rooms for kind, one in describers.items()}

    @property
    def kinds(self) -> tuple[SubjectKind, ...]:
        return tuple(self._describers)

    async def describe(
        self, session: ReadSession, viewer: Viewer, subjects: Iterable[Subject]
    ) -> dict[Subject, Described]:
        """Those that are there for this viewer; one statement per kind."""
        ids: dict[SubjectKind, list[str]] = {}
        for subject in subjects:
            ids.setdefault(subject.kind, []).append(subject.public_id)
        found: dict[Subject, Described] = {}
        for kind, some in ids.items():
            describe = self._describers.get(kind)
            known = await describe(session, viewer, some) if describe else {}
            found |= {one.subject: one for one in known.values()}
        return found


async def _subjects(request: Request) -> SubjectRegistry:
    subjects: SubjectRegistry = request.app.state.subjects
    return subjects


SubjectsDep = Annotated[SubjectRegistry, Depends(_subjects)]
