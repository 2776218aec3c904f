"""What a reader's own pages are asked with, as clean values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile

from app.features.registry.lookup import MAX_QUERY
from app.features.registry.overview import Sort
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

SORTS: Mapping[Sort, Text] = {
    "facts": Text(zh="最新动态", en="Newest facts"),
    "since": Text(zh="最近关注", en="Newly followed"),
    "name": Text(zh="名称", en="Name"),
}
_SEARCH = Text(zh="在我的客户里找", en="search among my customers")
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class CustomersAsked:
    text: str
    sort: Sort

    def address(self, *, sort: Sort | None = None, page: int = 1) -> str:
        query = {"q": self.text, "sort": sort or self.sort, "page": page if page > 1 else None}
        return "/my/customers?" + urlencode({name: value for name, value in query.items() if value})


async def _asked(
    q: Annotated[str, Query(description="part of a name, or pinyin initials")] = "",
    sort: Annotated[str, Query(max_length=20, description="facts, since or name")] = "facts",
) -> CustomersAsked:
    if sort not in SORTS:
        listed = ", ".join(SORTS)
        raise Invalid(Text(zh=f"“sort”只能是：{listed}", en=f"“sort” must be one of: {listed}"), field="sort")
    return CustomersAsked(clean_text(q, field="q", label=_SEARCH, max_length=MAX_QUERY), cast(Sort, sort))


CustomersDep = Annotated[CustomersAsked, Depends(_asked)]


async def pasted_of(request: Request) -> str:
    """The pasted text, or what the chosen file holds (UTF-8 or GB18030). Raises Invalid."""
    async with request.form() as form:
        file, text = form.get("file"), form.get("names")
        if isinstance(file, UploadFile) and file.size:
            return _decoded(await file.read())
        return text if isinstance(text, str) else ""


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(
        Text(
            zh="读不懂这个文件。请在 Excel 里另存为“CSV UTF-8”，或把名称列复制后粘贴到文本框。",
            en="This file cannot be read. Save it as “CSV UTF-8” in Excel, or copy the column of names and "
            "paste it into the box.",
        ),
        field="file",
    )
