"""People with second factors, and the codes their apps would show."""

from datetime import timedelta

import pyotp
import time_machine
from fastapi import FastAPI

from app.features.members.signing_in.factors.ground import Ground
from app.features.members.signing_in.factors.managing import finish_codes, start_codes
from app.features.members.signing_in.identity import MemberIdentities
from app.kit import clock
from app.web.identity import Asked
from tests.people import Known


async def with_app(app: FastAPI, who: Known) -> tuple[pyotp.TOTP, tuple[str, ...], str]:
    """Set up an app for codes: what makes them, the recovery codes, and the session's new token."""
    ground: Ground = app.state.factors
    identities: MemberIdentities = app.state.identities
    viewer = await identities.of_session(who.token, Asked("test", ""))
    seed = await start_codes(ground, viewer)
    totp = pyotp.TOTP(seed.secret)
    # Its first code is one half minute old, so that the current one is still good. Time stands still: on a
    # busy machine the half minute may end between making the code and looking at it.
    with time_machine.travel(clock.now(), tick=False):
        added = await finish_codes(ground, viewer, totp.at(clock.now() - timedelta(seconds=30)))
    return totp, tuple(added.recovery_codes), added.token


def code_now(totp: pyotp.TOTP, *, away: int = 0) -> str:
    """What the app shows; `away` half minutes from now."""
    return totp.at(clock.now(), counter_offset=away)
