"""Documents as part of a person's copy of their data: what they sent, as long as they may still read it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.companies.models import CompanyDocument
from app.features.members.companies.verification.files import DocumentStore
from app.features.members.models import Person

MOST = 20 * 1024 * 1024  # together: the copy waits in the database


async def sent_files(
    session: AsyncSession, person_id: int, store: DocumentStore
) -> Sequence[tuple[str, bytes]]:
    """(name, content), the newest first; none for whoever is no admin of that company any more."""
    rows: Sequence[Any] = (
        await session.execute(
            select(CompanyDocument.name, CompanyDocument.size, CompanyDocument.storage_key)
            .join(Person, Person.company_id == CompanyDocument.company_id)
            .where(CompanyDocument.uploaded_by == person_id, Person.id == person_id, Person.role == "admin")
            .order_by(CompanyDocument.id.desc())
        )
    ).all()
    found, size = [], 0
    for row in rows:
        size += row.size
        if size > MOST:
            break
        try:
            found.append((row.name, await asyncio.to_thread(store.read, row.storage_key)))
        except FileNotFoundError:  # swept, or lost with a disk: the rest is still theirs
            continue
    return found
