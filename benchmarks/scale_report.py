"""The table of what `benchmarks.scale` measured, each figure beside its target."""

from collections.abc import Mapping, Sequence
from typing import Any

Values = Mapping[str, Any]


def report(results: Mapping[str, Values], sizes: Sequence[int]) -> str:
    """Markdown; a piece that was not run leaves its cells empty."""
    of = [results.get(str(size), {}) for size in sizes]
    heading = " | ".join(f"{size:,}" for size in sizes)
    lines = [
        "Made-up organisations and facts (`benchmarks/synthetic`), SQLite and the embedded engine.",
        "",
        f"| what | {heading} | target |",
        f"| --- |{' --- |' * len(sizes)} --- |",
        _row("import: seconds (processor)", of, "import_seconds", "import_cpu"),
        _row("import: peak memory of a process, MB", of, "import_mb"),
        _row("database, MB", of, "database_mb"),
        _row("index build: seconds (processor)", of, "index_seconds", "index_cpu", "<= 480 s processor"),
        _row("index build: peak memory, MB", of, "index_mb", target="about 500"),
        _row("index on disk, MB", of, "index_stored_mb", target="<= 800"),
        _row("suggestion, the engine alone: p50 / p99 ms", of, "suggest_own_p50", "suggest_own_p99"),
        _row("suggestion over HTTP: p50 / p99 ms", of, "suggest_http_p50", "suggest_http_p99"),
        _ratios(
            "suggestion over HTTP / engine alone: p50 / p99", of, "suggest_http", "suggest_own", "<= 2 / <= 3"
        ),
        _growth("suggestion, the engine alone: p50 against the smallest", of, "suggest_own_p50", "<= 2"),
        _row("organisation page over HTTP: p50 / p99 ms", of, "page_p50", "page_p99"),
        _growth("organisation page: p50 against the smallest", of, "page_p50", "flat: <= 1.2"),
        _row("serving process after 400 different pages, MB resident", of, "serving_mb", target="< 600"),
        _row("of it not pages of mapped files, MB", of, "serving_own_mb"),
        _row("start of a prepared installation, seconds", of, "start_seconds", target="<= 3"),
        _row("import of one file of notices: rows", of, "notices"),
        _row("import of notices: rows a second", of, "notices_rate"),
        _row("import of notices: seconds (processor)", of, "notices_seconds", "notices_cpu"),
        _row("import of notices: peak memory, MB", of, "notices_mb"),
        _row("facts", of, "facts"),
        _row("loading them (bench loader, not the import), seconds", of, "facts_seconds"),
        _row(
            "recount of comparable organisations: seconds (processor)", of, "recount_seconds", "recount_cpu"
        ),
    ]
    for sort in ("most facts", "some facts", "no facts"):
        key = f"predict_{sort.replace(' ', '_')}"
        what = f"prediction, organisations with {sort}: processor ms p50 / p99"
        again = f"{key}_again"
        lines.append(_row(what, of, f"{key}_p50", f"{key}_p99", "< 5"))
        lines.append(_row("the same, its group remembered", of, f"{again}_p50", f"{again}_p99", "< 5"))
    return "\n".join([*lines, "", *_days(of)])


# How the figures of a piece begin, for the line that says when it was run.
_PIECES = {
    "import": "import_",
    "index": "index_",
    "suggestions, pages and memory": "suggest_",
    "notices": "notices",
    "facts": "facts",
    "prediction": "predict_",
}


def _days(of: Sequence[Values]) -> list[str]:
    """The pieces are run one by one, not always on one day."""
    days: dict[str, set[str]] = {}
    for piece, prefix in _PIECES.items():
        for values in of:
            for key, day in values.get("days", {}).items():
                if key.startswith(prefix):
                    days.setdefault(day, set()).add(piece)
    return [
        f"Measured on {day}: {', '.join(piece for piece in _PIECES if piece in days[day])}."
        for day in sorted(days)
    ]


def _row(what: str, of: Sequence[Values], key: str, second: str = "", target: str = "") -> str:
    cells = [" / ".join(_figure(values.get(one)) for one in (key, second) if one) for values in of]
    return f"| {what} | {' | '.join(cells)} | {target} |"


def _ratios(what: str, of: Sequence[Values], key: str, limit: str, target: str) -> str:
    cells = [
        " / ".join(
            _ratio(values.get(f"{key}_{part}"), values.get(f"{limit}_{part}")) for part in ("p50", "p99")
        )
        for values in of
    ]
    return f"| {what} | {' | '.join(cells)} | {target} |"


def _growth(what: str, of: Sequence[Values], key: str, target: str) -> str:
    cells = [_ratio(values.get(key), of[0].get(key)) for values in of]
    return f"| {what} | {' | '.join(cells)} | {target} |"


def _ratio(value: float | None, limit: float | None) -> str:
    return f"{value / limit:.2f}" if value is not None and limit else ""


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
