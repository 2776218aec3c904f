"""What glass can be broken for, as data. A room declares its types; the entry point collects them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class BreakGlassType:
    """`owner_of` finds the company that an object belongs to, None for no such object; `href` is the page
    that shows the object to whoever broke the glass for it."""

    kind: str
    label: Text
    owner_of: Callable[[AsyncSession, str], Awaitable[int | None]]
    href: Callable[[str], str]


class BreakGlassTypes:
    """All types of the product, by kind."""

    def __init__(self, types: Iterable[BreakGlassType]) -> None:
        self._types = {one.kind: one for one in types}

    def get(self, kind: str) -> BreakGlassType | None:
        return self._types.get(kind)

    def label_of(self, kind: str) -> Text:
        known = self._types.get(kind)
        return known.label if known else Text(kind, kind)

    def all(self) -> tuple[BreakGlassType, ...]:
        return tuple(self._types.values())
