"""How a file would be read, in the terminal."""

import json
from dataclasses import asdict

import typer
from rich.table import Table

from app.cli.terminal import err, out, say
from app.features.registry.commands import Preview
from app.kit.text import Text

_SHOWN = ("name", "short_names", "industry", "province", "city", "level")


def print_preview(seen: Preview, *, as_json: bool) -> None:
    report = seen.report
    if as_json:
        told = {
            "form": seen.form,
            "header_row": seen.header_row,
            "columns": [{"heading": heading, "field": field} for heading, field in seen.columns],
            "first_rows": [asdict(row) for row in seen.rows],
            "rows": report.rows,
            "refused": report.refused,
            "noted": report.noted,
            "would_be_refused": seen.would_be_refused,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    out.print(
        say(
            Text(
                zh=f"读作：{seen.form}；表头在第 {seen.header_row} 行",
                en=f"Read as: {seen.form}; header in row {seen.header_row}",
            )
        ),
        markup=False,
    )
    out.print(_columns(seen))
    out.print(_rows(seen))
    out.print(
        say(
            Text(
                zh=f"共 {report.rows} 行，其中 {report.refused} 行会被拒绝，{report.noted} 行有提示。"
                "未导入任何内容。",
                en=f"{report.rows} rows, of which {report.refused} would be left out and {report.noted} have "
                "notes. Nothing was imported.",
            )
        )
    )
    if seen.would_be_refused:
        err.print(
            say(
                Text(
                    zh="有问题的行太多（超过 5%）或没有数据，整个文件会被拒绝。",
                    en="Too many rows are faulty (more than 5 %), or there are none: the file as a whole "
                    "would be refused.",
                )
            ),
            style="yellow",
        )


def _columns(seen: Preview) -> Table:
    table = Table(say(Text(zh="文件中的列", en="Column of the file")), say(Text(zh="读作", en="Read as")))
    not_read = say(Text(zh="（不读取）", en="(not read)"))
    for heading, field in seen.columns:
        if heading:
            table.add_row(_plain(heading), field or not_read)
    return table


def _rows(seen: Preview) -> Table:
    table = Table("#", *_SHOWN)
    for row in seen.rows:
        values = (getattr(row, field) for field in _SHOWN)
        table.add_row(
            str(row.number), *(_plain("|".join(one) if isinstance(one, tuple) else one) for one in values)
        )
    return table


def _plain(text: str) -> str:
    """Brackets of a name are no markup."""
    return text.replace("[", "\\[")
