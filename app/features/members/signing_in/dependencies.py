"""What routes about accounts ask for, of what the entry point put together."""

from typing import Annotated

from fastapi import Depends, Request

from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.hashing import PasswordHasher
from app.web.identity import Asked, address_of, asked_of


async def _hasher(request: Request) -> PasswordHasher:
    hasher: PasswordHasher = request.app.state.hasher
    return hasher


async def _postbox(request: Request) -> Postbox:
    postbox: Postbox = request.app.state.postbox
    return postbox


async def _asked(request: Request) -> Asked:
    return asked_of(request)


async def _address(request: Request) -> str:
    return address_of(request)


HasherDep = Annotated[PasswordHasher, Depends(_hasher)]
PostboxDep = Annotated[Postbox, Depends(_postbox)]
AddressDep = Annotated[str, Depends(_address)]
AskedDep = Annotated[Asked, Depends(_asked)]
