"""The two engines are switched by settings: every command works on a Meilisearch server, and says plainly
when it cannot. Over the double."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.terminal import BAD_SETTINGS
from tests.cli.conftest import Ended, Topctl
from tests.search.meilisearch_double import SEARCH_KEY, WRITE_KEY, Double, running_double

LIVE = "top_organisation"


@pytest.fixture
def double() -> Iterator[Double]:
    with running_double() as running:
        yield running


@pytest.fixture
def on_server(topctl: Topctl, double: Double) -> Topctl:
    """Runs topctl with the settings that switch."""

    def run(*arguments: object, **environment: str) -> Ended:
        settings = {
            "TOP_SEARCH_ENGINE": "meilisearch",
            "TOP_MEILI_URL": double.url,
            "TOP_MEILI_KEY": WRITE_KEY,
            "TOP_MEILI_SEARCH_KEY": SEARCH_KEY,
        }
        return topctl(*arguments, **(settings | environment))

    return run


def count(double: Double) -> int:
    return len(double.store.indexes[LIVE].documents) - 1  # the card


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"TOP_MEILI_URL": ""}, "TOP_SEARCH_ENGINE is meilisearch, so TOP_MEILI_URL must be set"),
        ({"TOP_MEILI_KEY": ""}, "TOP_SEARCH_ENGINE is meilisearch, so TOP_MEILI_KEY must be set"),
        ({"TOP_MEILI_URL": "search.example"}, "TOP_MEILI_URL: must be an address"),
        ({"TOP_MEILI_PREFIX": "ToP/"}, "TOP_MEILI_PREFIX: "),
    ],
)
def test_half_a_server_is_refused(on_server: Topctl, change: dict[str, str], told: str) -> None:
    ended = on_server("doctor", **change)
    assert (ended.status, ended.out) == (BAD_SETTINGS, "")
    assert ended.err.startswith(told)
    assert WRITE_KEY not in ended.err


def test_production_wants_tls_to_another_machine(on_server: Topctl) -> None:
    safe = {
        "TOP_ENVIRONMENT": "production",
        "TOP_SECRET_KEY": "x" * 40,
        "TOP_ALLOWED_HOSTS": '["top.example"]',
        "TOP_BASE_URL": "https://top.example",
        "TOP_SMTP_URL": "smtps://mail.example",
    }
    ended = on_server("doctor", TOP_MEILI_URL="http://search.example:7700", **safe)
    assert "TOP_MEILI_URL must be https" in ended.err
    for address in ("https://search.example", "http://127.0.0.1:1"):
        assert on_server("doctor", TOP_MEILI_URL=address, **safe).status == 1


def report_of(on_server: Topctl) -> Any:
    """The log may speak before it."""
    return json.loads(on_server("doctor", "--json").out.splitlines()[-1])


def test_every_command_uses_the_server(on_server: Topctl, double: Double, own_copy: Path) -> None:
    shutil.rmtree(own_copy / "search")
    assert on_server("prepare").status == 0
    assert count(double) == 65
    assert not (own_copy / "search").exists()
    found = on_server("lookup", "北医三院", "--brief")
    assert "北京大学第三医院" in found.out
    assert double.seen, "asked; on a busy machine the answer may come too late"
    assert "65 organisations indexed." in on_server("reindex").out
    assert count(double) == 65
    report = report_of(on_server)
    assert (report["search"], report["search_documents"], report["search_missing"]) == ("ok", 65, 0)
    assert report["search_engine"].startswith("meilisearch")


def test_what_changed_while_the_server_was_full_is_found_once_it_has_room(
    on_server: Topctl, double: Double, own_copy: Path, tmp_path: Path
) -> None:
    assert on_server("reindex").status == 0
    one_more = tmp_path / "more.csv"
    one_more.write_text("name,industry,province\n晨光工具厂,,\n", "utf-8")
    double.store.full = True
    assert "cannot be found by searching yet" in on_server("import", "organisations", one_more).err
    report = report_of(on_server)
    assert (report["organisations"], report["search_documents"], report["index_waiting"]) == (66, 65, 1)
    assert any("no_space_left_on_device" in action for action in report["actions"])
    double.store.full = False
    assert on_server("reindex").status == 0
    assert count(double) == 66
    assert report_of(on_server)["search_detail"] is None


def away(double: Double) -> str:
    double.stop()
    return "cannot be reached"


def refusing_the_key(double: Double) -> str:
    double.keys.clear()
    return "invalid_api_key"


def somebody_elses(double: Double) -> str:
    double.store.drop(LIVE)
    double.store.add(LIVE, [{"key": "1"}])
    return "not made by this program"


@pytest.mark.parametrize("trouble", [away, refusing_the_key, somebody_elses])
def test_a_server_that_is_unwell_is_named_and_lookups_go_on(
    on_server: Topctl, double: Double, own_copy: Path, trouble: Callable[[Double], str]
) -> None:
    assert on_server("reindex").status == 0
    told = trouble(double)
    assert any(told in action for action in report_of(on_server)["actions"])
    found = on_server("lookup", "北京大学第三医院", "--brief")
    assert (found.status, "北京大学第三医院" in found.out) == (0, True)
    assert "search index is unavailable" in found.err
    rebuilt = on_server("reindex")
    assert rebuilt.status == 1
    assert "Meilisearch" in rebuilt.err
    assert on_server("prepare").status == 0, "a start goes on without its search server"
