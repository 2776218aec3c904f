"""Registration over JSON: the steps of the pages, and one answer for known and unknown addresses."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.features.members.companies.registration.entering import confirm, register, spend_registration
from app.features.members.companies.registration.forms import draft_of
from app.features.members.models import COMPANY_NAME_LENGTH, MAIL_LENGTH, PERSON_NAME_LENGTH
from app.features.members.signing_in.cookies import give_session
from app.web.csrf import token_for
from app.web.dependencies import ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.policy import ANYONE, VISITOR

router = APIRouter(tags=["companies"], route_class=StrictRoute)


class RegistrationIn(StrictModel):
    """A new company and its first member, who becomes its admin."""

    company_name: StorableText = Field(max_length=COMPANY_NAME_LENGTH, examples=["北京某某科技有限公司"])
    name: StorableText = Field(max_length=PERSON_NAME_LENGTH, description="of the person")
    mail: StorableText = Field(max_length=MAIL_LENGTH, examples=["name@company.com"])
    password: StorableText = Field(max_length=200)
    consent: bool = Field(description="that name and address are kept to run the account")


class RegistrationOut(BaseModel):
    """The same whatever is known: a mail says how to go on."""

    state: Literal["mail_sent"] = "mail_sent"


class ConfirmationIn(StrictModel):
    """The token that the mail holds, with the password chosen when registering."""

    token: StorableText = Field(max_length=100)
    password: StorableText = Field(max_length=200)


class ConfirmationOut(BaseModel):
    """Public ids of the new company and its admin."""

    company: str
    person: str
    form_token: str = Field(description="for the header X-CSRF-Token of unsafe requests")


@router.post("/registrations", status_code=202, dependencies=[ANYONE.needed])
async def register_company(body: RegistrationIn, request: Request) -> RegistrationOut:
    """Ask for an account of a new company; nothing exists until the mail is confirmed."""
    given = body.model_dump(exclude={"consent"})
    draft = draft_of(given, consents=body.consent)
    await spend_registration(request)
    await register(request, draft, browser="")
    return RegistrationOut()


@router.post(
    "/registrations/confirmation",
    status_code=201,
    responses={404: {}, 409: {}},
    dependencies=[VISITOR.needed],
)
async def confirm_registration(
    body: ConfirmationIn, request: Request, response: Response, viewer: ViewerDep
) -> ConfirmationOut:
    """The company exists from here on and this browser is signed in. Needs the token of `GET /session`."""
    entered = await confirm(request, viewer, body.token, password=body.password)
    give_session(request, response, entered.session, "member")
    founded = entered.founded
    return ConfirmationOut(
        company=founded.company_public_id,
        person=founded.person_public_id,
        form_token=token_for(request, entered.session),
    )
