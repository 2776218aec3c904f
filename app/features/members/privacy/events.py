"""What the worker does for people's data."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class DataCopyAsked:
    topic: ClassVar[str] = "members.data_copy_asked"
    copy_id: int


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody was: the list that survives a restore must know."""

    topic: ClassVar[str] = "members.erased"
