"""Passkeys (WebAuthn): what the browser is asked, and checking its answer. Each question counts once."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.db.engine import WriteSession
from app.features.members.signing_in.accounts import Account
from app.features.members.signing_in.factors.refusals import PasskeyRefused
from app.features.members.signing_in.models import Passkey, SignInSession
from app.kit import clock
from app.kit.errors import Conflict, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

NAME_LENGTH = 60
MOST = 10
_ANSWERED_WITHIN = timedelta(minutes=5)
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good for: a passkey belongs to one host."""

    address: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""


async def ask_to_make(session: WriteSession, site: Site, session_id: int, account: Account) -> dict[str, Any]:
    """What `navigator.credentials.create` takes."""
    known = await _descriptors(session, account.person_id)
    if len(known) >= MOST:
        raise Conflict(
            Text(
                zh=f"最多 {MOST} 个通行密钥。请先删除不用的。",
                en=f"You can have {MOST} passkeys. Please remove one first.",
            )
        )
    challenge = await _ask(session, session_id)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="ToP",
        user_id=account.public_id.encode(),
        user_name=account.mail,
        user_display_name=account.name,
        challenge=challenge,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return cast(dict[str, Any], json.loads(options_to_json(options)))


async def add_passkey(
    session: WriteSession,
    site: Site,
    person_id: int,
    name: str,
    answer: dict[str, Any],
    *,
    challenge: bytes | None,
) -> None:
    """`challenge`: what `take_challenge` gave. Raises PasskeyRefused."""
    if challenge is None:
        raise PasskeyRefused
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.address,
        )
    except _MALFORMED as error:
        raise PasskeyRefused from error
    credential_id = bytes_to_base64url(made.credential_id)
    if await session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)):
        raise PasskeyRefused
    await session.execute(
        insert(Passkey).values(
            public_id=random_id(),
            person_id=person_id,
            credential_id=credential_id,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            name=name,
            created_at=clock.now(),
        )
    )


async def ask_to_sign(session: WriteSession, site: Site, session_id: int, person_id: int) -> dict[str, Any]:
    """What `navigator.credentials.get` takes."""
    challenge = await _ask(session, session_id)
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=await _descriptors(session, person_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return cast(dict[str, Any], json.loads(options_to_json(options)))


async def use_passkey(
    session: WriteSession, site: Site, person_id: int, answer: dict[str, Any], *, challenge: bytes | None
) -> None:
    """`challenge`: what `take_challenge` gave. Raises PasskeyRefused."""
    if challenge is None:
        raise PasskeyRefused
    wanted = select(Passkey.id, Passkey.public_key, Passkey.sign_count).where(
        Passkey.person_id == person_id, Passkey.credential_id == str(answer.get("id", ""))[:1400]
    )
    known = (await session.execute(wanted)).one_or_none()
    if known is None:
        raise PasskeyRefused
    try:
        signed = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.address,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
        )
    except _MALFORMED as error:
        raise PasskeyRefused from error
    used = update(Passkey).where(Passkey.id == known.id)
    await session.execute(used.values(sign_count=signed.new_sign_count, used_at=clock.now()))


async def remove_passkey(session: WriteSession, person_id: int, public_id: str) -> None:
    """Raises NotFound, also for somebody else's."""
    own = delete(Passkey).where(Passkey.person_id == person_id, Passkey.public_id == public_id)
    if cast(Any, await session.execute(own)).rowcount != 1:
        raise NotFound(
            Text(
                zh="没有这个通行密钥；可能已经删除。",
                en="There is no such passkey; perhaps it is removed already.",
            )
        )


async def _ask(session: WriteSession, session_id: int) -> bytes:
    challenge = generate_challenge()
    asked = update(SignInSession).where(SignInSession.id == session_id)
    await session.execute(asked.values(challenge=bytes_to_base64url(challenge), challenged_at=clock.now()))
    return challenge


async def take_challenge(session: WriteSession, session_id: int) -> bytes | None:
    """What was asked last, if it was within five minutes and nobody took it; it is used up.

    In a transaction of its own, before the answer is looked at: one that fails takes it as well.
    """
    since = clock.now() - _ANSWERED_WITHIN
    asked = select(SignInSession.challenge, SignInSession.challenged_at).where(SignInSession.id == session_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None or row.challenge is None:
        return None
    own = (SignInSession.id == session_id) & (SignInSession.challenge == row.challenge)
    taken = await session.execute(update(SignInSession).where(own).values(challenge=None, challenged_at=None))
    if cast(Any, taken).rowcount != 1 or row.challenged_at <= since:
        return None
    return base64url_to_bytes(row.challenge)


async def _descriptors(session: AsyncSession, person_id: int) -> list[PublicKeyCredentialDescriptor]:
    known = await session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
