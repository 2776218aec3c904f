"""The pages of companies, of all their sides."""

from fastapi import APIRouter

from app.features.members.companies.registration import routes as registration

router = APIRouter()
for side in (registration,):
    router.include_router(side.router)
