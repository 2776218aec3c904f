"""`topctl doctor`: healthy or not, and why; `prepare` and `reindex`, which make it so."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.application import ORGANISATIONS
from tests.cli.conftest import Topctl


def test_a_prepared_installation_is_healthy(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("doctor", "--json", TOP_VAR=str(prepared))
    assert ended.status == 0
    report = ended.json
    assert report["healthy"]
    assert (report["database"], report["search"]) == ("sqlite", "ok")
    assert report["organisations"] == report["search_documents"] == 65
    assert (report["outbox_waiting"], report["outbox_dead"]) == (0, 0)
    assert (report["search_missing"], report["search_build"], report["actions"]) == (0, None, [])
    assert report["schema"] == report["schema_expected"]
    assert report["disk_free_mb"] > 0
    assert (report["facts"], report["synthetic"]) == (0, False)


def test_preparing_again_changes_nothing(topctl: Topctl, own_copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (own_copy / "search").rglob("*")}
    assert topctl("prepare").status == 0
    assert {path: path.stat().st_mtime_ns for path in (own_copy / "search").rglob("*")} == before
    assert topctl("doctor", "--json").json["organisations"] == 65


def test_an_import_whose_index_fails_says_so_and_preparing_heals(topctl: Topctl, tmp_path: Path) -> None:
    in_the_way = tmp_path / "var" / "search" / "organisation" / "LOCK"
    in_the_way.mkdir(parents=True)
    ended = topctl("import", "organisations", ORGANISATIONS)
    assert ended.status == 0
    assert "topctl reindex" in ended.err
    ill = topctl("doctor", "--json")
    assert ill.status == 1
    assert (ill.json["search"], ill.json["outbox_waiting"]) == ("empty", 1)
    assert "not healthy" in ill.err
    assert any("topctl reindex" in action for action in ill.json["actions"])
    in_the_way.rmdir()
    assert topctl("prepare").status == 0
    assert topctl("doctor").status == 0


def test_a_lost_index_is_told_and_reindex_heals(topctl: Topctl, own_copy: Path) -> None:
    (own_copy / "search" / "organisation" / "CURRENT").unlink()
    assert topctl("doctor", "--json").json["search"] == "empty"
    ended = topctl("reindex")
    assert ended.status == 0
    assert "65 organisations indexed." in ended.out
    assert topctl("doctor").status == 0


def test_before_the_first_start_the_way_out_is_told(topctl: Topctl) -> None:
    ended = topctl("doctor")
    assert (ended.status, ended.out) == (1, "")
    assert "topctl prepare" in ended.err


def in_database(var: Path, *statements: str) -> None:
    with closing(sqlite3.connect(var / "top.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_an_older_schema_is_told_before_anything_else(topctl: Topctl, own_copy: Path) -> None:
    in_database(own_copy, "UPDATE alembic_version SET version_num = 'older'", "DROP TABLE facts")
    ended = topctl("doctor")
    assert ended.status == 1
    assert "topctl prepare" in ended.err


def test_jobs_given_up_need_action_and_are_retried(topctl: Topctl, own_copy: Path) -> None:
    in_database(
        own_copy,
        "INSERT INTO outbox_jobs (topic, payload, created_at, available_at, attempts, dead_at) VALUES "
        "('registry.organisations_changed', '{\"ids\": [1]}', '2020-01-01 00:00:00', '2020-01-01 00:00:00', "
        "8, '2020-01-01 00:00:00')",
    )
    ill = topctl("doctor", "--json")
    assert (ill.status, ill.json["outbox_dead"], ill.json["outbox_waiting"]) == (1, 1, 0)
    assert any("topctl retry" in action for action in ill.json["actions"])
    assert "1 jobs will be tried again." in topctl("retry").out
    in_database(own_copy, "UPDATE outbox_jobs SET created_at = '2020-01-01 00:00:00'")  # nobody tries it
    late = topctl("doctor", "--json")
    assert (late.status, late.json["outbox_dead"], late.json["outbox_waiting"]) == (1, 0, 1)
    assert late.json["outbox_topics"] == {"registry.organisations_changed": 1}
    assert late.json["index_lag_seconds"] > 600
    assert any("topctl worker" in action for action in late.json["actions"])
    assert topctl("prepare").status == 0
    assert topctl("doctor").status == 0


def test_an_index_that_lacks_organisations_is_told(topctl: Topctl, own_copy: Path) -> None:
    in_database(
        own_copy,
        "UPDATE organisation_counts SET organisations = organisations + 3 "
        "WHERE rowid = (SELECT min(rowid) FROM organisation_counts)",
    )
    ended = topctl("doctor", "--json")
    assert (ended.status, ended.json["search_missing"]) == (1, 3)
    assert any("differ by 3" in action for action in ended.json["actions"])


def test_data_made_up_for_benches_is_no_production(topctl: Topctl, own_copy: Path) -> None:
    in_database(own_copy, "INSERT INTO sources (key) VALUES ('synthetic:')")
    assert topctl("doctor", "--json").json["synthetic"]
    assert topctl("doctor").status == 0
    production = {
        "TOP_ENVIRONMENT": "production",
        "TOP_SECRET_KEY": "x" * 40,
        "TOP_ALLOWED_HOSTS": '["top.example"]',
        "TOP_BASE_URL": "https://top.example",
        "TOP_SMTP_URL": "smtps://mail.example",
        "TOP_TRUSTED_PROXIES": "1",
    }
    ended = topctl("doctor", "--json", **production)
    assert ended.status == 1
    assert any("made up for benches" in action for action in ended.json["actions"])


def test_progress_of_a_build_for_machines(topctl: Topctl, own_copy: Path) -> None:
    ended = topctl("reindex", "--json")
    assert [json.loads(line) for line in ended.out.splitlines()] == [
        {"done": 65, "total": 65},
        {"indexed": 65},
    ]


def test_payouts_that_are_stuck_need_somebody(topctl: Topctl, own_copy: Path) -> None:
    columns = "public_id, company_id, asset, amount, state, requested_at, changed_at, doubt"
    in_database(
        own_copy,
        "INSERT INTO companies (id, public_id, name, name_key, state, verification, profile, created_at)"
        " VALUES (1, 'c', 'c', 'c', 'active', 'verified', '{}', '2026-01-01 00:00:00')",
        f"INSERT INTO ledger_payouts ({columns}) VALUES ('p', 1, 'CR', 10, 'failed',"
        " '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 'contradicts'),"
        " ('q', 1, 'CR', 10, 'sent', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', NULL)",
    )
    ended = topctl("doctor", "--json")
    assert (ended.json["payouts_sent"], ended.json["payouts_stuck"]) == (1, 2)
    assert any("2 payouts" in action for action in ended.json["actions"])
    in_database(own_copy, "UPDATE ledger_payouts SET doubt = NULL, state = 'settled'")
    ended = topctl("doctor", "--json")
    assert (ended.json["payouts_stuck"], ended.status) == (0, 0)
