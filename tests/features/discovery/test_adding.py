"""Following by name: one, a pasted list, a file; nothing of what was pasted is lost."""

import httpx
import pytest
from fastapi import FastAPI

from app.features.discovery.my.naming import MAX_NAMES, pasted_names
from app.kit.errors import Invalid
from tests.people import Known, signed_in

HOSPITAL = "北京大学第三医院"
UNKNOWN = "红河州第五人民医院"


async def followed(client: httpx.AsyncClient) -> set[str]:
    listed = (await client.get("/api/v1/my/customers", params={"limit": 50})).json()["items"]
    return {one["organisation"]["name"] for one in listed}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲\n乙\r\n\n甲\n 丙 ", ["甲", "乙", "丙"]),
        ("甲，乙、丙; 丁", ["甲", "乙", "丙", "丁"]),
        ("序号\t单位名称*\t城市\n1\t甲\t北京\n2\t乙\t上海", ["甲", "乙"]),
        ("\ufeffname,city\n甲,北京\n乙,上海", ["甲", "乙"]),
        ('甲,北京\n"乙,上海\n丙,广州', ["甲", "乙,上海", "丙"]),
        ('"甲（北京），有限公司",北京\n乙,上海', ["甲（北京），有限公司", "乙"]),
    ],
)
def test_names_are_read_as_they_are_pasted(text: str, names: list[str]) -> None:
    assert pasted_names(text) == names


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n".join(f"单位{n}" for n in range(MAX_NAMES + 1))])
def test_none_and_too_many_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        pasted_names(text)


async def test_one_certain_name_is_followed_at_once(client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    answer = await client.post("/my/customers", data={"q": HOSPITAL})
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert HOSPITAL in page.text
    assert await followed(client) == {HOSPITAL}


async def test_a_chosen_suggestion_is_followed_whatever_is_typed(
    client: httpx.AsyncClient, ana: Known, hospital: str
) -> None:
    signed_in(client, ana)
    fields = {"q": "北", "chosen": f"/organisations/{hospital}"}
    assert (await client.post("/my/customers", data=fields)).status_code == 303
    assert await followed(client) == {HOSPITAL}


@pytest.mark.parametrize("typed", ["", "x" * 3000, "北\x00京"])
async def test_bad_names_keep_what_was_typed(client: httpx.AsyncClient, ana: Known, typed: str) -> None:
    signed_in(client, ana)
    answer = await client.post("/my/customers", data={"q": typed})
    assert answer.status_code in (200, 422)
    assert await followed(client) == set()


async def test_a_list_is_followed_where_certain_and_asked_where_not(
    client: httpx.AsyncClient, ana: Known
) -> None:
    signed_in(client, ana)
    pasted = f"单位名称,备注\n{HOSPITAL},a\n北大,b\n人民医院,c\n{UNKNOWN},d\n{'长' * 121},e"
    page = await client.post("/my/customers/import", data={"names": pasted})
    assert page.status_code == 200
    assert await followed(client) == {HOSPITAL, "北京大学"}
    assert 'name="choice-0"' in page.text
    assert page.text.count(UNKNOWN) >= 2, "listed, and kept in the box"
    assert "/recognise?name=" in page.text
    assert "最多 120 个字符" in page.text
    people = (await client.get("/api/v1/organisations", params={"q": "北京大学人民医院"})).json()["items"][0]
    chosen = {"choice-0": people["id"], "choice-1": "", "choice-2": "Nobody", "rest": UNKNOWN}
    after = await client.post("/my/customers/choices", data=chosen)
    assert UNKNOWN in after.text
    assert await followed(client) == {HOSPITAL, "北京大学", "北京大学人民医院"}
    done = await client.post("/my/customers/choices", data=chosen | {"rest": ""})
    assert done.status_code == 303


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_is_read_in_the_usual_encodings(
    client: httpx.AsyncClient, ana: Known, encoding: str
) -> None:
    signed_in(client, ana)
    content = f"编号,客户名称\r\n1,{HOSPITAL}\r\n2,{UNKNOWN}\r\n".encode(encoding)
    page = await client.post(
        "/my/customers/import", data={"names": ""}, files={"file": ("客户.csv", content, "text/csv")}
    )
    assert UNKNOWN in page.text
    assert await followed(client) == {HOSPITAL}


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\xff\xfe", b"PK\x03\x04\x00\x00\xff\xff\x80\x80\x80"]
)
async def test_what_is_no_text_is_refused_with_a_way_out(
    client: httpx.AsyncClient, ana: Known, content: bytes
) -> None:
    signed_in(client, ana)
    page = await client.post("/my/customers/import", files={"file": ("x.xlsx", content, "text/csv")})
    assert page.status_code == 422
    assert "CSV UTF-8" in page.text


async def test_too_many_names_stay_in_the_box(client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    pasted = "\n".join(f"单位{number}" for number in range(MAX_NAMES + 1))
    page = await client.post("/my/customers/import", data={"names": pasted})
    assert page.status_code == 422
    assert f"单位{MAX_NAMES}" in page.text
    assert str(MAX_NAMES + 1) in page.text


async def test_the_api_tells_of_each_name(client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    names = {"names": [HOSPITAL, "人民医院", UNKNOWN]}
    first = (await client.post("/api/v1/my/customers/names", json=names)).json()
    assert [(one["name"], one["is_new"]) for one in first["followed"]] == [(HOSPITAL, True)]
    assert [one["name"] for one in first["ambiguous"]] == ["人民医院"]
    assert len(first["ambiguous"][0]["choices"]) > 1
    assert first["unknown"] == [UNKNOWN]
    again = (await client.post("/api/v1/my/customers/names", json=names)).json()
    assert [one["is_new"] for one in again["followed"]] == [False]
    for body in ({"names": []}, {"names": ["x"] * (MAX_NAMES + 1)}, {"names": ["x"], "company_id": 1}):
        assert (await client.post("/api/v1/my/customers/names", json=body)).status_code == 422


@pytest.mark.statement(3)
async def test_who_is_not_signed_in_adds_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await client.get("/my/customers")).headers["location"] == "/sign-in?next=/my/customers"
    for path in ("/my/customers", "/my/customers/import", "/my/customers/choices"):
        assert (await client.post(path, data={"q": HOSPITAL})).headers["location"] == "/sign-in"
