"""What every command shares: settings, language, plain errors, running async work."""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from rich.console import Console
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import is_disk_full
from app.kit import logs
from app.kit.errors import DomainError
from app.kit.text import Language, Text
from app.settings import Settings

Result = TypeVar("Result")
BAD_SETTINGS = 78  # EX_CONFIG of sysexits.h
_UNREADABLE_FIELD = re.compile(r'field "(\w+)"')
_DATABASE_AWAY = Text(zh="数据库不可用：", en="The database is unavailable: ")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def language() -> Language:
    """English where the terminal's locale says so, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh"


def say(text: Text) -> str:
    return text.in_language(language())


def read_settings() -> Settings:
    """The settings, or a plain sentence about each that is wrong, and exit status BAD_SETTINGS."""
    try:
        settings = Settings()
    except ValidationError as error:
        refuse("\n".join(_in_words(problem) for problem in error.errors()), code=BAD_SETTINGS)
    except SettingsError as error:
        field = _UNREADABLE_FIELD.search(str(error))
        name = f"TOP_{field[1].upper()}" if field else "TOP_*"
        refuse(say(Text(zh=f"{name}：须为 JSON", en=f"{name}: must be JSON")), code=BAD_SETTINGS)
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"TOP_VAR: {error.strerror}: {settings.var}", code=BAD_SETTINGS)
    logs.configure(level=settings.log_level, json_lines=_wants_json(settings))
    return settings


def _in_words(problem: ErrorDetails) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    sentence = problem["msg"].removeprefix("Value error, ")
    return f"TOP_{name.upper()}: {sentence}" if name else sentence


def _wants_json(settings: Settings) -> bool:
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def run(work: Coroutine[Any, Any, Result], *, passing: tuple[type[DomainError], ...] = ()) -> Result:
    """Run async work; a refusal not `passing` becomes one line and exit status 1, never a stack trace."""
    try:
        with acting_as(SYSTEM):  # who may run this command may read the database's file as well
            return asyncio.run(work)
    except passing:
        raise
    except DomainError as error:
        refuse(say(error.message))
    except (OperationalError, ProgrammingError) as error:
        if _lacks_tables(error):
            refuse(
                say(
                    Text(
                        zh="数据库尚未准备好。请先运行 topctl prepare 或 topctl serve。",
                        en="The database is not prepared yet. Run topctl prepare or topctl serve first.",
                    )
                )
            )
        refuse(say(_DATABASE_AWAY) + str(error.orig))
    except DBAPIError as error:
        # The plain class of SQLite: the file is damaged, or none of SQLite's.
        if not is_disk_full(error) and type(error.orig) is not sqlite3.DatabaseError:
            raise
        refuse(say(_DATABASE_AWAY) + str(error.orig))
    except ConnectionError as error:
        refuse(say(_DATABASE_AWAY) + str(error))
    except OSError as error:
        refuse(f"{error.strerror or error}: {error.filename or ''}")


@contextmanager
def ending_with(code: int) -> Iterator[None]:
    """What is refused inside ends the command with this status, wrong settings as well."""
    try:
        yield
    except typer.Exit:
        raise typer.Exit(code) from None


def _lacks_tables(error: DBAPIError) -> bool:
    """SQLite says so in words, PostgreSQL by a code."""
    return "no such table" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "42P01"


def refuse(sentence: str, *, code: int = 1) -> NoReturn:
    err.print(sentence, style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(code)
