"""Verification over JSON, for companies and for staff; a document travels as multipart, as in the form."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.companies.models import NOTE_LENGTH
from app.features.members.companies.notes import clean_note
from app.features.members.companies.verification.actions import appeal, make_code
from app.features.members.companies.verification.deciding import decide
from app.features.members.companies.verification.dependencies import DocumentsDep
from app.features.members.companies.verification.queries import own_requests, queued_requests
from app.features.members.companies.verification.sending import MOST_OF_BODY, send
from app.features.members.companies.verification.serving import (
    document_behind_glass,
    document_for_staff,
    own_document,
)
from app.features.members.policies import COMPANY, EDIT_COMPANY, STAFF_BROKEN_GLASS, STAFF_VERIFY, VOUCH
from app.features.members.signing_in.dependencies import PostboxDep
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["companies"], route_class=StrictRoute)
State = Literal["waiting", "verified", "refused"]
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["method"],
                    "additionalProperties": False,
                    "properties": {
                        "method": {"type": "string", "enum": ["licence", "domain", "sponsor"]},
                        "document": {
                            "type": "string",
                            "format": "binary",
                            "description": "for licence: PDF, PNG or JPG, at most 5 MiB",
                        },
                        "code": {"type": "string", "description": "for sponsor", "maxLength": 40},
                        "note": {"type": "string", "maxLength": NOTE_LENGTH},
                    },
                }
            }
        },
    }
}


class VerificationOut(BaseModel):
    id: str
    method: Literal["licence", "domain", "sponsor"]
    state: State
    is_appeal: bool
    submitted_at: datetime
    due_at: datetime
    decided_at: datetime | None
    reason: str | None = Field(description="of the decision")
    document: str | None = Field(description="id of the document")


class QueuedOut(BaseModel):
    id: str
    method: str
    company: str
    company_name: str
    is_appeal: bool
    submitted_at: datetime
    due_at: datetime
    document: str | None


class AppealIn(StrictModel):
    note: StorableText = Field(max_length=NOTE_LENGTH, description="why the refusal is wrong")


class DecisionIn(StrictModel):
    decision: Literal["accept", "refuse"]
    reason: StorableText = Field(max_length=NOTE_LENGTH, description="shown to the company")


class CodeOut(BaseModel):
    code: str = Field(description="shown this once; works once, within 30 days")


@router.get("/company/verification", dependencies=[COMPANY.needed])
async def list_requests(session: ReadSessionDep, viewer: ViewerDep) -> Listing[VerificationOut]:
    """Requests and appeals of one's own company, the newest first."""
    return Listing(
        items=[
            VerificationOut(
                id=one.public_id,
                method=one.method,  # type: ignore[arg-type]
                state=one.state,  # type: ignore[arg-type]
                is_appeal=one.is_appeal,
                submitted_at=one.submitted_at,
                due_at=one.due_at,
                decided_at=one.decided_at,
                reason=one.reason,
                document=one.document_id,
            )
            for one in await own_requests(session, viewer)
        ]
    )


@router.post(
    "/company/verification/request",
    status_code=201,
    responses={409: {}},
    dependencies=[EDIT_COMPANY.needed],
    max_body_size=MOST_OF_BODY,
    openapi_extra=_FORM,
)
async def send_request(request: Request, viewer: ViewerDep) -> dict[str, str]:
    """Ask to be verified."""
    return {"id": await send(request, viewer)}


@router.get("/company/verification/documents/{public_id}", dependencies=[EDIT_COMPANY.needed])
async def document(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """As it was sent."""
    return await own_document(database, documents, viewer, public_id)


@router.post(
    "/company/verification/{public_id}/appeal",
    status_code=201,
    responses={409: {}},
    dependencies=[EDIT_COMPANY.needed],
)
async def send_appeal(
    public_id: str, body: AppealIn, viewer: ViewerDep, database: DatabaseDep
) -> dict[str, str]:
    """Once, against a refusal; a second person decides."""
    return {"id": await run_write(database, lambda session: appeal(session, viewer, public_id, body.note))}


@router.post("/company/verification/codes", status_code=201, responses={409: {}}, dependencies=[VOUCH.needed])
async def send_code(viewer: ViewerDep, database: DatabaseDep) -> CodeOut:
    """A code with which a company that one knows can ask to be verified."""
    return CodeOut(code=await run_write(database, lambda session: make_code(session, viewer)))


@router.get("/staff/verifications", dependencies=[STAFF_VERIFY.needed])
async def queue(session: ReadSessionDep, viewer: ViewerDep) -> Listing[QueuedOut]:
    """What waits, the oldest first."""
    return Listing(
        items=[
            QueuedOut(
                id=one.public_id,
                method=one.method,
                company=one.company_public_id,
                company_name=one.company_name,
                is_appeal=one.is_appeal,
                submitted_at=one.submitted_at,
                due_at=one.due_at,
                document=one.document_id,
            )
            for one in await queued_requests(session, viewer)
        ]
    )


@router.post(
    "/staff/verifications/{public_id}/decision",
    status_code=204,
    responses={409: {}},
    dependencies=[STAFF_VERIFY.needed],
)
async def send_decision(
    public_id: str, body: DecisionIn, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> None:
    """With a reason; an appeal never by whom it is against."""
    accept, reason = body.decision == "accept", clean_note(body.reason, field="reason", required=True)
    await run_write(
        database, lambda session: decide(session, viewer, postbox, public_id, accept=accept, reason=reason)
    )


@router.get("/staff/verifications/documents/{public_id}", dependencies=[STAFF_VERIFY.needed])
async def document_of_company(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """While its request waits. Each reading is an entry in the access log of the company."""
    return await document_for_staff(database, documents, viewer, public_id)


@router.get("/staff/break-glass/documents/{public_id}", dependencies=[STAFF_BROKEN_GLASS.needed])
async def opened_document(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """Also afterwards, for whoever broke the glass for it."""
    return await document_behind_glass(database, documents, viewer, public_id)
