"""An event of a room above, for tests."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SomethingSold:
    topic: ClassVar[str] = "tests.something_sold"
    purchase: str
