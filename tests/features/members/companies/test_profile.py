"""What a company says of itself: each field, on the page and over JSON, and what is refused by name."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.loading import load_pack
from tests.people import Known, signed_in

SAID: dict[str, Any] = {
    "name": "甲信息技术有限公司",
    "types": ["si", "msp"],
    "size": "50-199",
    "regions": ["云南省", "四川省"],
    "verticals": ["healthcare", "education"],
    "qualifications": ["CCRC 信息安全服务二级", "ISO 27001"],
    "product_lines": ["堡垒机", "备份一体机"],
    "about": "做了十二年医院信息化。",
}


def as_form(said: dict[str, Any]) -> dict[str, Any]:
    return said | {name: "\n".join(said[name]) for name in ("qualifications", "product_lines")}


def sorted_lists(said: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(said[name]) if isinstance(said[name], list) else said[name] for name in SAID}


@pytest.fixture
async def admin(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> Known:
    catalogue = load_pack()  # its industries are what a profile may name
    await run_write(app.state.database, lambda session: load_into(session, catalogue))
    signed_in(client, ana)
    return ana


@pytest.mark.parametrize("face", ["page", "api"])
async def test_every_field_is_kept_and_shown(client: httpx.AsyncClient, admin: Known, face: str) -> None:
    if face == "page":
        assert (await client.post("/company/edit", data=as_form(SAID))).status_code == 303
    else:
        sent = await client.put("/api/v1/company", json=SAID)
        assert sent.status_code == 200, sent.text
    own = (await client.get("/api/v1/company")).json()
    assert sorted_lists(own) == sorted_lists(SAID)
    page = (await client.get("/company")).text
    for word in (SAID["name"], *SAID["qualifications"], *SAID["product_lines"], SAID["about"], "云南省"):
        assert word in page
    form = (await client.get("/company/edit")).text
    assert all(word in form for word in (*SAID["qualifications"], SAID["about"]))


REFUSED: list[tuple[str, Any, str]] = [
    ("types", ["si", "bank"], "公司类型"),
    ("size", "huge", "规模"),
    ("regions", ["火星"], "服务地区"),
    ("verticals", ["none"], "服务行业"),
    ("qualifications", ["长" * 61], "资质"),
    ("product_lines", [f"线{number}" for number in range(21)], "产品线"),
    ("about", "长" * 501, "公司简介"),
    ("name", "\u200b", "公司名称"),
]


async def test_what_is_refused_is_named_and_the_rest_kept(client: httpx.AsyncClient, admin: Known) -> None:
    for field, value, label in REFUSED:
        answer = await client.post("/company/edit", data=as_form(SAID | {field: value}))
        assert (answer.status_code, label in answer.text) == (422, True), field
        assert ("做了十二年医院信息化。" if field != "about" else "ISO 27001") in answer.text, field
        refused = await client.put("/api/v1/company", json=SAID | {field: value})
        assert refused.status_code == 422, field
        assert refused.json()["errors"][0]["field"].startswith(field)
    assert (await client.get("/api/v1/company")).json()["types"] == []
