"""From a form with a file to a request for verification, for both faces."""

import asyncio

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.companies.notes import clean_note
from app.features.members.companies.verification.actions import (
    StoredDocument,
    Submission,
    redeem_code,
    request_verification,
)
from app.features.members.companies.verification.files import DocumentStore
from app.features.members.companies.verification.kinds import MOST_BYTES, kind_of, shown_name
from app.kit.errors import Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.csrf import FIELD
from app.web.inputs import clean_text

# The file, the fields beside it, and what separates them.
MOST_OF_BODY = MOST_BYTES + 64 * 1024
FIELDS = frozenset({"method", "document", "code", "note"})
_CODE = Text(zh="邀请码", en="Code")


async def send(request: Request, viewer: Viewer) -> str:
    """The id of the new request. Raises Invalid naming the field, Conflict, LimitReached."""
    async with request.form() as form:  # closes the file
        return await _send(request, viewer, form)


async def _send(request: Request, viewer: Viewer, form: FormData) -> str:
    database: Database = request.app.state.database
    store: DocumentStore = request.app.state.documents
    unknown = next((name for name in form if name not in FIELDS | {FIELD}), None)
    if unknown is not None:
        raise Invalid(
            Text(zh="表单里有不认识的一项。", en="The form holds a field that is not known."),
            field=unknown[:40],
        )
    method = str(form.get("method") or "")
    note = clean_note(str(form.get("note") or ""))
    if method == "licence":
        document = await _document(store, form.get("document"))
        try:
            return await _request(database, viewer, Submission(method, note, document=document))
        except BaseException:
            await asyncio.to_thread(store.drop, document.storage_key)  # no row speaks of it
            raise
    if method == "sponsor":
        code = clean_text(
            str(form.get("code") or ""), field="code", label=_CODE, max_length=40, required=True
        )
        return await _vouched(database, viewer, code, note)
    if method == "domain":
        return await _request(database, viewer, Submission(method, note))
    raise Invalid(Text(zh="请选择一种认证方式。", en="Please choose one way to be verified."), field="method")


async def _document(store: DocumentStore, sent: object) -> StoredDocument:
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid(
            Text(zh="请选择营业执照文件。", en="Please choose the file of the business licence."),
            field="document",
        )
    content = await sent.read(MOST_BYTES + 1)
    kind = await asyncio.to_thread(kind_of, sent.filename, content)
    key = await asyncio.to_thread(store.keep, content)
    return StoredDocument(shown_name(sent.filename), kind.media_type, len(content), key)


async def _request(database: Database, viewer: Viewer, sent: Submission) -> str:
    return await run_write(database, lambda session: request_verification(session, viewer, sent))


async def _vouched(database: Database, viewer: Viewer, code: str, note: str) -> str:
    async def work(session: WriteSession) -> str:
        sponsor_id = await redeem_code(session, viewer, code)
        return await request_verification(session, viewer, Submission("sponsor", note, sponsor_id=sponsor_id))

    with acting_as(SYSTEM):
        return await run_write(database, work)
