"""Which fact goes on as which when the notices of a project come under another key. Pure.

Better rules may tell projects apart, or together, in another way. The fact keeps its address then, and what
was taken down stays so under whatever key its notices are found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.features.knowledge.notices import project_key
from app.features.registry.facts.projects import FactKey, Member

Move = tuple[FactKey, FactKey]  # a notice behind the first fact came to be behind the second
_GRAVITY = ("active", "objected", "withdrawn")


@dataclass(slots=True)
class Plan:
    """`kept` are facts that stay or go on, each with the key it has from now on and its columns."""

    new: list[dict[str, Any]] = field(default_factory=list)
    kept: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def grouped(keys: Collection[FactKey], moves: Iterable[Move], *, at_most: int) -> Iterator[list[FactKey]]:
    """Batches of keys; those that moves connect are decided together."""
    neighbours: dict[FactKey, set[FactKey]] = defaultdict(set)
    for old, new in moves:
        neighbours[old].add(new)
        neighbours[new].add(old)
    seen: set[FactKey] = set()
    batch: list[FactKey] = []
    for key in sorted({*keys, *neighbours}):
        if key in seen:
            continue
        connected, waiting = [], [key]
        seen.add(key)
        while waiting:
            connected.append(waiting.pop())
            fresh = neighbours.get(connected[-1], set()) - seen
            seen |= fresh
            waiting += sorted(fresh)
        if batch and len(batch) + len(connected) > at_most:
            yield batch
            batch = []
        batch += connected
    if batch:
        yield batch


def is_same(title: str, key: FactKey, members: Sequence[Member]) -> bool:
    """Whether a fact of this title is about the project: a notice bears it, or by today's rules it would
    be one of the project."""
    return any(
        one.title == title or project_key(title, one.buyer)[: len(key.project_key)] == key.project_key
        for one in members
    )


def plan(
    said: Mapping[FactKey, dict[str, Any] | None],
    stored: Mapping[FactKey, Any],
    before: Mapping[FactKey, Collection[FactKey]],
) -> Plan:
    """`said` is what the notices of each key say (None where they say nothing), `stored` the facts there
    are, `before` the keys that notices or titles of a key had."""
    made, taken = Plan(), set()
    for key, columns in sorted(said.items(), key=lambda item: not _goes_on(item, stored, before)):
        if columns is None:
            continue
        own = [stored[key]] if key in stored else []
        former = [stored[one] for one in sorted(before.get(key, ())) if one in stored]
        columns["status"] = max((one.status for one in (*own, *former)), key=_gravity, default="active")
        columns["project_key"] = key.project_key
        free = [one for one in former if said.get(FactKey(*one[:3])) is None and one.id not in taken]
        heirs = sorted([*own, *free], key=lambda one: (-_gravity(one.status), one.id))
        taken |= {one.id for one in heirs}
        made.gone += [one.id for one in heirs[1:]]
        if heirs:
            made.kept.append((heirs[0], columns))
        else:
            made.new.append({**key._asdict(), **columns})
    for key, columns in said.items():
        known = stored.get(key)
        if columns is None and known and known.status == "active" and known.id not in taken:
            made.gone.append(known.id)
    return made


def _gravity(status: str) -> int:
    return _GRAVITY.index(status)


def _goes_on(
    item: tuple[FactKey, dict[str, Any] | None],
    stored: Mapping[FactKey, Any],
    before: Mapping[FactKey, Collection[FactKey]],
) -> bool:
    """Where the notices of a fact come apart, the part that bears its title is it."""
    key, columns = item
    titles = {stored[one].title for one in before.get(key, ()) if one in stored}
    return columns is not None and columns["title"] in titles
