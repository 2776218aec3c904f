"""What keeps authorization from being forgotten: lints over the sources, with the way out in each message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.base import Base
from app.db.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
# Statements of the security design by the issue that brings what they speak of.
LATER = {
    "confidential claims and reveals": {6, 7, 8, 9, 10, 11, 12, 56},
    "market: uploads, downloads, purchases": {*range(36, 41), *range(42, 48)},
    "operations: backups, faults, load": {64, 65},
}
TESTED_ELSEWHERE = {68: "axe, in tests/browser"}
STATEMENTS = range(1, 71)

# Rooms that read people or companies of `members` themselves, and why no query of that room would do.
READS_OF_OTHERS = {
    "app/features/follows/counting.py": "joins them inside one weekly aggregate, which leaves rounded counts",
}

# Audited reads that are of no single company, so that no company's access log can show them.
OF_NO_COMPANY = {
    "audit.search": "of the trail itself: ids, whoever they are of",
    "ledger.read_queue": "of what waits for finance staff, of all companies at once",
}

MODULES = sorted(APP.rglob("*.py"))
# What speaks HTTP never touches a protected table: it asks access and queries.
SPEAKS_HTTP = re.compile(r"(^|_)(routes|api|pages|forms|panels|presenting)\.py$")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _protected() -> dict[str, str]:
    """Model class and the room that owns it, of every table that names a company or a person."""
    owners = {"company_id", "person_id"}
    return {
        mapper.class_.__name__: mapper.class_.__module__.split(".")[2]
        for mapper in Base.registry.mappers
        if owners & set(mapper.local_table.columns.keys())
        or getattr(mapper.local_table, "name", "") in ("companies", "people")
    }


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_protected_tables_are_known() -> None:
    assert {"Company", "Person", "SignInSession", "Follow"} <= set(_protected())
    assert len(metadata.tables) > 20


def test_no_room_touches_the_protected_tables_of_another() -> None:
    """Ask a query of the room that owns the table; it takes the viewer."""
    protected = _protected()
    touched = [
        f"{_name(path)}: {name}"
        for path in MODULES
        if path.parts[-3:-1] != ("app", "db") and _name(path) not in READS_OF_OTHERS
        for module, name in _imports(path)
        if name in protected
        and module.startswith("app.features.")
        and f"app/features/{protected[name]}/" not in _name(path)
    ]
    assert touched == []


def test_what_speaks_http_touches_no_protected_table() -> None:
    """Load it with `access_*` or a query that filters by `visible_*`."""
    protected = _protected()
    touched = [
        f"{_name(path)}: {name}"
        for path in MODULES
        if SPEAKS_HTTP.search(path.name)
        for module, name in _imports(path)
        if name in protected and module.startswith("app.features.")
    ]
    assert touched == []


def test_nothing_protected_is_loaded_by_its_key_alone() -> None:
    """`session.get(Model, id)` asks nobody who is looking."""
    protected = _protected()
    loaded = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("get", "get_one")
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in protected
    ]
    assert loaded == []


def test_policies_that_name_people_stand_where_they_can_be_audited() -> None:
    """In a `policies.py`, one row each; beside a route only ANYONE, VISITOR and SIGNED_IN."""
    scattered = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if path.name != "policies.py" and _name(path) != "app/web/policy.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Policy"
    ]
    assert scattered == []


def _actions(function: str, position: int) -> set[str]:
    """What stands at this position wherever the function is called."""
    return {
        str(node.args[position].value)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
        and len(node.args) > position
        and isinstance(node.args[position], ast.Constant)
    }


def test_every_audited_read_has_words_for_the_company_it_is_of() -> None:
    """What has no words stands in the trail and in no access log: add an `AccessKind` to the
    room's `ACCESS_KINDS`, which `main.py` collects."""
    read = _actions("read_audited", 2)
    assert read >= {"glass.read", "document.read", *OF_NO_COMPANY}
    assert read - set(OF_NO_COMPANY) - _actions("AccessKind", 0) == set()


_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
_UNSAFE = re.compile(r"method=[\"']?post|hx-(post|put|patch|delete)", re.IGNORECASE)
# `csrf.of_session` (given to the macro of the preferences) is for forms that nobody needs to sign in for.
_TOKEN = re.compile(r'name="csrf" value="\{\{ csrf(\.of_session)? \}\}"')
_OUTSIDE = re.compile(r"hx-(post|put|patch|delete)", re.IGNORECASE)


@pytest.mark.parametrize("template", sorted(APP.rglob("*.html")), ids=_name)
def test_every_form_that_changes_something_carries_its_token(template: Path) -> None:
    source = template.read_text("utf-8")
    forms = [form for form in _FORM.findall(source) if _UNSAFE.search(form)]
    without = [form[:200] for form in forms if not _TOKEN.search(form)]
    assert without == []
    assert not _OUTSIDE.search(_FORM.sub("", source)), "an unsafe request outside a form carries no token"


def test_every_statement_has_a_test_or_an_issue_that_brings_it() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    tested = {int(number) for number in re.findall(r"\.statement\((\d+)\)", sources)} | set(TESTED_ELSEWHERE)
    later = set().union(*LATER.values())
    assert sorted(set(STATEMENTS) - tested - later) == []
