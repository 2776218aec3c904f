"""`topctl`: the product from a terminal. Text for people by default, `--json` for machines."""

import typer

from app.cli import (
    audit,
    brief,
    doctor,
    facts,
    imports,
    indexing,
    knowledge,
    ledger,
    ledger_books,
    ledger_proving,
    lookup,
    notices,
    privacy,
    registry,
    serving,
    staff,
    staff_roles,
)

app = typer.Typer(name="topctl", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("serve")(serving.serve)
app.command("prepare")(serving.prepare_command)
app.command("worker")(serving.worker)
app.command("retry")(serving.retry)
app.command("doctor")(doctor.doctor)
app.command("create-staff")(staff.create_staff_command)
app.command("lookup")(lookup.lookup)
app.command("brief")(brief.brief)
app.command("reindex")(indexing.reindex)
imports.importing.command("facts")(notices.import_facts)
app.add_typer(imports.importing, name="import")
app.add_typer(registry.commands, name="registry")
app.add_typer(facts.commands, name="facts")
for name in ("balances", "statement", "seal"):
    ledger.commands.command(name)(getattr(ledger_books, name))
ledger.commands.command("prove")(ledger_proving.prove)
app.add_typer(ledger.commands, name="ledger")
app.add_typer(knowledge.commands, name="pack")
app.add_typer(audit.commands, name="audit")
app.add_typer(staff_roles.commands, name="staff")
app.add_typer(privacy.commands, name="privacy")


def main() -> None:
    app()
