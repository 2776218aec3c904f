"""Files without a row: of a request that failed between the two, or of a company that is gone."""

import asyncio

from sqlalchemy import select

from app.db.engine import Database
from app.features.members.companies.models import CompanyDocument
from app.features.members.companies.verification.files import DocumentStore


async def sweep_documents(database: Database, store: DocumentStore) -> int:
    """Drop those that have stood there for a day; returns how many. Acts for the system."""
    old = await asyncio.to_thread(store.older_than_a_day)
    async with database.reading() as session:
        known = set(await session.scalars(select(CompanyDocument.storage_key)))
    orphans = [key for key in old if key not in known]
    for key in orphans:
        await asyncio.to_thread(store.drop, key)
    return len(orphans)
