"""`topctl registry close`: taking an organisation down and back in."""

from pathlib import Path

from app.kit.ids import stable_id
from tests.cli.conftest import Topctl

HOSPITAL = stable_id("organisation", "北京大学第三医院")


def test_an_organisation_is_taken_down_and_back_in(topctl: Topctl, own_copy: Path) -> None:
    closed = topctl("registry", "close", HOSPITAL)
    assert (closed.status, closed.out) == (0, "Closed: 北京大学第三医院\n")
    assert topctl("lookup", "北京大学第三医院", "--json").json["id"] != HOSPITAL
    assert topctl("doctor", "--json").json["search_documents"] == 64
    again = topctl("registry", "close", HOSPITAL, "--reopen")
    assert (again.status, again.out) == (0, "Open again: 北京大学第三医院\n")
    assert topctl("lookup", "北京大学第三医院", "--json").json["id"] == HOSPITAL


def test_an_id_that_is_none_is_refused_in_one_line(topctl: Topctl, own_copy: Path) -> None:
    for wrong in ("nobody", "北京大学第三医院"):
        ended = topctl("registry", "close", wrong)
        assert (ended.status, ended.out) == (1, "")
        assert "last part of its page's address" in ended.err
