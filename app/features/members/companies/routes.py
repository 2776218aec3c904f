"""The pages of companies, of all their sides."""

from fastapi import APIRouter

from app.features.members.companies.membership import invitation_pages
from app.features.members.companies.membership import routes as membership
from app.features.members.companies.overseeing import routes as overseeing
from app.features.members.companies.profile import routes as profile
from app.features.members.companies.registration import routes as registration
from app.features.members.companies.verification import routes as verification
from app.features.members.companies.verification import staff_pages as staff_verification

router = APIRouter()
for side in (
    registration,
    profile,
    membership,
    invitation_pages,
    verification,
    staff_verification,
    overseeing,
):
    router.include_router(side.router)
