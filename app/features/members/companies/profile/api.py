"""Companies over JSON: one's own, and the profiles of others."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.companies.names import clean_company_name
from app.features.members.companies.profile.actions import edit_profile
from app.features.members.companies.profile.dependencies import VocabularyDep
from app.features.members.companies.profile.forms import ABOUT_LENGTH, LINE_LENGTH, MOST_LINES, clean_profile
from app.features.members.companies.profile.queries import ShownCompany, shown_company
from app.features.members.models import COMPANY_NAME_LENGTH
from app.features.members.policies import COMPANY, EDIT_COMPANY, PROFILES
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.related import RelatedDep

router = APIRouter(tags=["companies"], route_class=StrictRoute)
Code = Annotated[StorableText, Field(max_length=40)]
Line = Annotated[StorableText, Field(max_length=LINE_LENGTH)]


class ProfileIn(StrictModel):
    """What a company says of itself; state, verification and roles have routes of their own."""

    name: StorableText = Field(max_length=COMPANY_NAME_LENGTH)
    types: list[Code] = Field(default_factory=list, max_length=10, description="si, isv, var, msp, …")
    size: Code = ""
    regions: list[Code] = Field(default_factory=list, max_length=40, description="names of provinces")
    verticals: list[Code] = Field(default_factory=list, max_length=40, description="codes of industries")
    qualifications: list[Line] = Field(default_factory=list, max_length=MOST_LINES)
    product_lines: list[Line] = Field(default_factory=list, max_length=MOST_LINES)
    about: StorableText = Field(default="", max_length=ABOUT_LENGTH)


class CompanyOut(BaseModel):
    id: str
    name: str
    verified: bool
    since: datetime
    types: list[str]
    size: str
    regions: list[str]
    verticals: list[str]
    qualifications: list[str]
    product_lines: list[str]
    about: str


class OtherCompanyOut(CompanyOut):
    related: dict[str, Any] = Field(description="what else is known of it, by topic")


@router.get("/company", dependencies=[COMPANY.needed])
async def own_company(session: ReadSessionDep, viewer: ViewerDep) -> CompanyOut:
    """The company that one belongs to."""
    return _out(await shown_company(session, viewer, viewer.company_public_id))


@router.put("/company", dependencies=[EDIT_COMPANY.needed], responses={409: {}})
async def change_company(
    body: ProfileIn, viewer: ViewerDep, database: DatabaseDep, words: VocabularyDep
) -> CompanyOut:
    """Replace the whole profile."""
    name = clean_company_name(body.name, field="name")
    profile = clean_profile(body.model_dump(exclude={"name"}), words)
    await run_write(database, lambda session: edit_profile(session, viewer, name=name, profile=profile))
    async with database.reading() as session:
        return _out(await shown_company(session, viewer, viewer.company_public_id))


@router.get("/companies/{public_id}", dependencies=[PROFILES.needed])
async def show_company(
    public_id: str, session: ReadSessionDep, viewer: ViewerDep, related: RelatedDep
) -> OtherCompanyOut:
    """A company as every signed-in member sees it."""
    shown = _out(await shown_company(session, viewer, public_id))
    is_own = public_id == viewer.company_public_id
    told = {} if is_own else await related.about("company", public_id)
    return OtherCompanyOut(**shown.model_dump(), related=told)


def _out(company: ShownCompany) -> CompanyOut:
    return CompanyOut(
        id=company.public_id,
        name=company.name,
        verified=company.is_verified,
        since=company.since,
        **company.profile.stored(),
    )
