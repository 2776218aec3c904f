"""What happens to companies, told to the rooms above."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CompaniesMerged:
    """These members of the first belong to the second now, suspended until an admin there knows them."""

    topic: ClassVar[str] = "companies_merged"
    from_id: int
    into_id: int
    person_ids: tuple[int, ...]
