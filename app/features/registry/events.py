"""What the registry tells: its search index, and the rooms above."""

from dataclasses import dataclass
from typing import ClassVar

MAX_IDS = 500


@dataclass(frozen=True, slots=True)
class OrganisationsChanged:
    """These organisations were added, changed or closed: at most MAX_IDS internal ids."""

    topic: ClassVar[str] = "registry.organisations_changed"
    ids: list[int]


@dataclass(frozen=True, slots=True)
class OrganisationsRemoved:
    """These organisations are no longer there at all: at most MAX_IDS public ids."""

    topic: ClassVar[str] = "registry.organisations_removed"
    public_ids: list[str]


@dataclass(frozen=True, slots=True)
class OrganisationsMerged:
    """`from_id` is now part of `into_id` (internal ids): what is kept about the one belongs to the other."""

    topic: ClassVar[str] = "registry.organisations_merged"
    from_id: int
    into_id: int


@dataclass(frozen=True, slots=True)
class RegistryReplaced:
    """So many organisations changed at once that the index is rebuilt as a whole."""

    topic: ClassVar[str] = "registry.replaced"


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Public facts were imported, undone, objected to or withdrawn: what is counted from them is renewed."""

    topic: ClassVar[str] = "registry.facts_changed"


# What the search index waits for.
INDEX_TOPICS = frozenset({OrganisationsChanged.topic, OrganisationsRemoved.topic, RegistryReplaced.topic})
