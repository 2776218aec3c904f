"""Whoever sends a form too late for the second factor, and what a browser makes of the answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pyotp
import time_machine
from fastapi import FastAPI

from app.features.members.permissions import STAFF_ROLES
from app.kit import clock
from tests.features.ledger.people import Cast, cast
from tests.features.members.factors import code_now, with_app
from tests.people import Known, add_person, carry, form_token


class Fields(HTMLParser):
    """What a browser would send of the form at `action`, pressed as it stands; several values with blanks."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._action, self._is_inside, self._choice, self._text = action, False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._is_inside = given.get("action") == self._action and not self.found
        elif not self._is_inside:
            return
        elif tag == "select":
            self._choice = name
        elif tag == "option" and ("selected" in given or self._choice not in self.found):
            self.found[self._choice] = given.get("value") or ""
        elif tag == "textarea":
            self._text = name
            self.found[name] = ""
        elif tag == "input" and name and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.found[name] = " ".join(filter(None, [self.found.get(name), given.get("value")]))
        elif tag == "input" and name:
            self.found[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[self._text] = self.found[self._text].removeprefix("\n")
            self._text = ""
        self._is_inside = self._is_inside and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] += data


@dataclass
class Desk:
    """Somebody eleven minutes after the second factor: one of staff with every role, or of Ana's company."""

    app: FastAPI
    client: httpx.AsyncClient
    people: Cast
    who: Known
    totp: pyotp.TOTP

    @property
    def company(self) -> str:
        return f"/staff/ledger/companies/{self.people.ana.company_public_id}"

    async def send(
        self, path: str, data: Mapping[str, str | Sequence[str]], *, page: str = ""
    ) -> httpx.Response:
        headers = {"referer": f"http://testserver{page}"} if page else {}
        token = form_token(self.client, self.client.cookies["top_session"])
        return await self.client.post(path, data={"csrf": token, **data}, headers=headers)

    async def confirm(self, asked: httpx.Response, *, code: str = "") -> httpx.Response:
        """Send the page that asks for the factor, with the current code."""
        given = Fields(asked.text, "/second-factor#kept").found
        return await self.client.post("/second-factor", data=given | {"code": code or code_now(self.totp)})


@asynccontextmanager
async def desk_of(app: FastAPI, client: httpx.AsyncClient, *, is_staff: bool = True) -> AsyncIterator[Desk]:
    """Time stands still, so that a code is as good when it is looked at as when it was made."""
    people = await cast(app)
    who = people.ana
    if is_staff:
        who = await add_person(app.state.database, "阿达", staff_roles=tuple(STAFF_ROLES), second_factor=True)
    totp, _, token = await with_app(app, who)
    carry(client, token)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        yield Desk(app, client, people, who, totp)
