"""Companies over JSON, all their sides."""

from fastapi import APIRouter

from app.features.members.companies.registration import api as registration

router = APIRouter()
for side in (registration,):
    router.include_router(side.router)
