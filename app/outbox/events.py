"""What travels through the outbox: frozen dataclasses in the past tense, holding ids only."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Protocol


class Event(Protocol):
    """A frozen dataclass of plain JSON values; `topic` is its stable name in the table.

    With `patience: ClassVar[timedelta]` it is tried for that long instead of a number of times.
    """

    topic: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


Handler = Callable[[Any], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]
