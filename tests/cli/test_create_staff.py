"""`topctl create-staff`: the first gets roles and a link that works once; later ones wait for two admins."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Topctl, run_topctl

LINK = re.compile(r"http://localhost:8000(/password/new/[\w-]{43})\n")


@pytest.fixture
def migrated(tmp_path: Path, sqlite_template: Path) -> Path:
    var = tmp_path / "var"
    var.mkdir()
    var.joinpath("top.db").write_bytes(sqlite_template.read_bytes())
    return var


def roles_in(var: Path) -> set[str]:
    with sqlite3.connect(var / "top.db") as connection:
        found = {role for (role,) in connection.execute("SELECT role FROM staff_roles")}
    connection.close()
    return found


def test_the_first_of_staff_is_admin_at_once(topctl: Topctl, migrated: Path) -> None:
    ended = topctl("create-staff", "莫", "mo@vendor.example")
    assert ended.status == 0, ended.err
    assert LINK.search(ended.out)
    assert roles_in(migrated) == {"platform_admin"}


def test_later_ones_get_no_role_from_one_person_alone(topctl: Topctl, migrated: Path) -> None:
    topctl("create-staff", "莫", "mo@vendor.example", "--role", "platform_admin", "--role", "moderator")
    assert roles_in(migrated) == {"platform_admin", "moderator"}
    ended = topctl("create-staff", "费", "fei@vendor.example", "--role", "finance")
    assert ended.status == 0
    assert "/staff/roles" in ended.out
    assert roles_in(migrated) == {"platform_admin", "moderator"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["莫", "no address"], "mail address"),
        (["莫", "mo@vendor.example", "--role", "owner"], "roles are"),
        (["", "mo@vendor.example"], "Name"),
        (["x" * 61, "mo@vendor.example"], "60"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    topctl: Topctl, migrated: Path, arguments: list[str], said: str
) -> None:
    ended = topctl("create-staff", *arguments)
    assert ended.status == 1
    assert said in ended.err


def test_a_taken_mail_address_is_refused(topctl: Topctl, migrated: Path) -> None:
    topctl("create-staff", "莫", "mo@vendor.example")
    assert topctl("create-staff", "莫", "MO@vendor.example").status == 1


def test_the_link_is_printed_whole_on_a_narrow_terminal(migrated: Path) -> None:
    ended = run_topctl("create-staff", "莫", "mo@vendor.example", TOP_VAR=str(migrated), COLUMNS="40")
    assert LINK.search(ended.out)
