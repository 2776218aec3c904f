"""What a browser does on both faces: fetch a page, send its form token along."""

import re

import httpx

from app.web.csrf import HEADER
from tests.people import PASSWORD


async def form_token_of(client: httpx.AsyncClient, path: str = "/sign-in") -> str:
    """From the page, as a browser would send it back."""
    page = await client.get(path)
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, f"{path}: {page.status_code}"
    return found.group(1)


async def submit(client: httpx.AsyncClient, path: str, data: dict[str, str]) -> httpx.Response:
    """Get the page at `path`, then send its form."""
    return await client.post(path, data=data | {"csrf": await form_token_of(client, path)})


async def sign_in(
    client: httpx.AsyncClient, mail: str, password: str = PASSWORD, *, face: str = "page", **more: str
) -> httpx.Response:
    """Through the form or through JSON; the client keeps the cookie and, for JSON, the new form token."""
    if face == "page":
        token = await form_token_of(client)
        return await client.post("/sign-in", data={"csrf": token, "mail": mail, "password": password, **more})
    token = (await client.get("/api/v1/session")).json()["form_token"]
    return await client.post(
        "/api/v1/sign-in", json={"mail": mail, "password": password}, headers={HEADER: token}
    )


def cookie(client: httpx.AsyncClient) -> str:
    return client.cookies.get("top_session") or ""


async def is_signed_in(client: httpx.AsyncClient) -> bool:
    return bool((await client.get("/api/v1/session")).json()["signed_in"])
