"""A regulation's date says whether it is in force: yesterday, today or not yet."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine

from app.kit.text import Language
from app.web.templating import environment

_SHOWN = '{% from "knowledge/_words.html" import regulation_date %}{{ regulation_date(regulation) }}'


@pytest.mark.parametrize(
    ("kind", "day", "zh", "en"),
    [
        ("effective", 14, "起施行", "in force since"),
        ("effective", 15, "起施行", "in force since"),
        ("effective", 16, "将于", "will be in force from"),
        ("issued", 15, "发布", "issued"),
        ("issued", 16, "将于", "will be issued on"),
    ],
)
def test_what_lies_ahead_never_reads_as_past(kind: str, day: int, zh: str, en: str) -> None:
    regulation = SimpleNamespace(date_kind=kind, effective_date=date(2026, 6, day), date_approximate=False)
    with time_machine.travel(datetime(2026, 6, 15, 12, tzinfo=UTC), tick=False):
        told: dict[Language, str] = {
            language: environment(language).from_string(_SHOWN).render(regulation=regulation)
            for language in ("zh", "en")
        }
    assert zh in told["zh"]
    assert ("将于" in told["zh"]) is (day == 16)
    assert "起施行" not in told["zh"] or day < 16
    assert en in told["en"]
