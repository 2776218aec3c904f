"""Giving out a document: as an attachment that no browser runs, after an audit entry where it is staff."""

import asyncio
from urllib.parse import quote

from fastapi import Response

from app.db.engine import AuditedSession, Database
from app.features.members.audit.reading import read_audited
from app.features.members.companies.access import access_document
from app.features.members.companies.models import CompanyDocument
from app.features.members.companies.verification.behind_glass import KIND, access_behind_glass
from app.features.members.companies.verification.files import DocumentStore
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

_HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}


async def own_document(database: Database, store: DocumentStore, viewer: Viewer, public_id: str) -> Response:
    """For the admins of the company that sent it. Raises NotFound."""
    async with database.reading() as session:
        found = await access_document(session, viewer, public_id)
    return await _answer(store, found)


async def document_for_staff(
    database: Database, store: DocumentStore, viewer: Viewer, public_id: str
) -> Response:
    """Raises NotFound, and Unavailable when the entry cannot be written: then nothing is shown."""

    async def read(session: AuditedSession) -> tuple[CompanyDocument, int | None]:
        found = await access_document(session, viewer, public_id)
        return found, found.company_id

    found = await read_audited(
        database, viewer, "document.read", read, object_kind="document", object_id=public_id
    )
    return await _answer(store, found)


async def document_behind_glass(
    database: Database, store: DocumentStore, viewer: Viewer, public_id: str
) -> Response:
    """For whoever broke the glass for it. Raises NotFound and Unavailable."""
    found = await read_audited(
        database,
        viewer,
        "glass.read",
        lambda session: access_behind_glass(session, viewer, public_id),
        object_kind=KIND,
        object_id=public_id,
    )
    return await _answer(store, found)


async def _answer(store: DocumentStore, found: CompanyDocument) -> Response:
    try:
        content = await asyncio.to_thread(store.read, found.storage_key)
    except FileNotFoundError:
        raise NotFound(Text(zh="这个文件已经不在了。", en="This file is not there any more.")) from None
    named = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(content, media_type=found.media_type, headers=_HEADERS | {"content-disposition": named})
