"""Decides what an import changes, reading only; the same plan serves the dry run and the real one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.actions import UNDONE_FINGERPRINT, Addition, Correction, Plan
from app.features.registry.attributes import Prepared, prepare
from app.features.registry.batches import in_batches
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.life.held import fields_held
from app.features.registry.matching import Match, match_rows
from app.features.registry.merging import NOTHING_HELD, Stored, fingerprint_of, merge
from app.features.registry.models import Organisation, OrganisationAlias, OrganisationSource, Source

_PER_QUERY = 500


async def rows_to_prepare(
    session: AsyncSession, rows: Sequence[OrganisationRow], *, catalogue_version: str
) -> list[OrganisationRow]:
    """The rows that were never imported in this very form."""
    matches = (await match_rows(session, rows)).of_row
    return [
        row
        for row in rows
        if (match := matches.get(row.number)) is None
        or match.fingerprint != fingerprint_of(row, catalogue_version=catalogue_version)
    ]


async def plan_import(
    session: AsyncSession,
    rows: Sequence[OrganisationRow],
    prepared: Mapping[int, Prepared],
    catalogue: Catalogue,
) -> Plan:
    """`prepared` by row number; a row that is not in it and turns out to be needed is prepared here."""
    matches = await match_rows(session, rows)
    plan = Plan()
    to_compare: list[tuple[OrganisationRow, str, Match]] = []
    for row in rows:
        if row.number in matches.absorbed:
            plan.unchanged += 1
            continue
        fingerprint = fingerprint_of(row, catalogue_version=catalogue.version)
        match = matches.of_row.get(row.number)
        if match is None:
            ready = prepared.get(row.number) or prepare(row, catalogue)
            public_id = matches.public_id_of_new[row.number]
            plan.additions.append(Addition(public_id, fingerprint, merge(ready, None)))
        elif match.fingerprint == fingerprint:
            plan.unchanged += 1
        else:
            to_compare.append((row, fingerprint, match))
    stored = await _stored(session, [match.id for _, _, match in to_compare])
    held = await fields_held(session) if to_compare else {}
    for row, fingerprint, match in to_compare:
        id_ = match.id
        merged = merge(
            prepared.get(row.number) or prepare(row, catalogue),
            stored[id_],
            keeps_name=match.by_former_name,
            held=held.get(id_, NOTHING_HELD),
        )
        old = stored[id_].values
        was_undone = old["status"] == "closed" and old["fingerprint"] == UNDONE_FINGERPRINT
        if merged.is_change or was_undone:
            before = {column: old[column] for column, value in merged.values.items() if old[column] != value}
            before |= {"rev": old["rev"], "fingerprint": old["fingerprint"]} | (
                {"status": "closed"} if was_undone else {}
            )
            plan.corrections.append(Correction(id_, fingerprint, old["rev"], merged, before))
            plan.reopened += [id_] if was_undone else []
        else:
            plan.refreshed[id_] = fingerprint
            plan.unchanged += 1
    return plan


async def _stored(session: AsyncSession, ids: Sequence[int]) -> dict[int, Stored]:
    found: dict[int, Stored] = {}
    for batch in in_batches(ids, _PER_QUERY):
        aliases = await _collected(
            session,
            select(OrganisationAlias.organisation_id, OrganisationAlias.alias).where(
                OrganisationAlias.organisation_id.in_(batch)
            ),
        )
        sources = await _collected(
            session,
            select(OrganisationSource.organisation_id, Source.key)
            .join(Source, Source.id == OrganisationSource.source_id)
            .where(OrganisationSource.organisation_id.in_(batch)),
        )
        table = Organisation.__table__
        for row in (await session.execute(select(table).where(table.c.id.in_(batch)))).mappings():
            id_ = row["id"]
            found[id_] = Stored(id_, dict(row), frozenset(aliases[id_]), frozenset(sources[id_]))
    return found


async def _collected(session: AsyncSession, statement: Any) -> dict[int, set[str]]:
    collected: dict[int, set[str]] = defaultdict(set)
    for id_, text in await session.execute(statement):
        collected[id_].add(text)
    return collected
