"""Companies over JSON, all their sides."""

from fastapi import APIRouter

from app.features.members.companies.membership import api as membership
from app.features.members.companies.overseeing import api as overseeing
from app.features.members.companies.profile import api as profile
from app.features.members.companies.registration import api as registration
from app.features.members.companies.verification import api as verification

router = APIRouter()
for side in (registration, profile, membership, verification, overseeing):
    router.include_router(side.router)
