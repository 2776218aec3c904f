"""What was typed into a form that was not carried out: taken from the request, so that it can be put back."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from app.web.csrf import FIELD, SAFE_METHODS
from app.web.redirects import local_path

# Passwords, codes and what passkeys answered: whoever typed them types them again.
SECRETS = frozenset({FIELD, "code", "credential", "old", "new", "password"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST = 64 * 1024  # characters, many times what the largest of our forms takes
_SAID_ONCE = "done"  # what became of an earlier act


@dataclass(frozen=True, slots=True)
class Kept:
    action: str  # the path that the form was sent to
    page: str  # the page of ours that it stood on; empty where the browser did not say
    fields: tuple[tuple[str, str], ...]  # names may come again

    @property
    def pages(self) -> list[str]:
        """Where the form may stand: an act of ours lies under the page that offers it."""
        parts = self.action.strip("/").split("/")
        above = ["/" + "/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        return list(dict.fromkeys([self.page, *above] if self.page else above))


async def kept_of(request: Request) -> Kept | None:
    """Of a form that was sent; None where it holds nothing to keep, or more than any form of ours takes."""
    if request.method in SAFE_METHODS or not request.headers.get("content-type", "").startswith(_FORMS):
        return None
    form = await request.form()
    fields = tuple(
        (name, value) for name, value in form.multi_items() if name not in SECRETS and isinstance(value, str)
    )
    if not fields or sum(len(name) + len(value) for name, value in fields) > _MOST:
        return None
    return Kept(request.url.path, _page_before(request), fields)


def _page_before(request: Request) -> str:
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host"):
        return ""
    asked = [pair for pair in parse_qsl(before.query, keep_blank_values=True) if pair[0] != _SAID_ONCE]
    return local_path(before.path + (f"?{urlencode(asked)}" if asked else ""), "")
