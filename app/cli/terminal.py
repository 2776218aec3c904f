"""What every command shares: settings, language, plain errors, running async work."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import OperationalError

from app.kit import logs
from app.kit.errors import DomainError
from app.kit.text import Language, Text
from app.settings import Settings

Result = TypeVar("Result")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def language() -> Language:
    """English where the terminal's locale says so, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh"


def say(text: Text) -> str:
    return text.in_language(language())


def read_settings() -> Settings:
    """The settings, or a plain sentence about what is wrong with them."""
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"])
            refuse(f"TOP_{name.upper()}: {problem['msg']}" if name else problem["msg"], code=78)
        raise
    settings.var.mkdir(parents=True, exist_ok=True)
    logs.configure(level=settings.log_level, json_lines=settings.log_format == "json")
    return settings


def run(work: Coroutine[Any, Any, Result], *, passing: tuple[type[DomainError], ...] = ()) -> Result:
    """Run async work; a refusal not `passing` becomes one line and exit status 1, never a stack trace."""
    try:
        return asyncio.run(work)
    except passing:
        raise
    except DomainError as error:
        refuse(say(error.message))
    except OperationalError as error:
        refuse(say(Text(zh="数据库不可用：", en="The database is unavailable: ")) + str(error.orig))
    except OSError as error:
        refuse(f"{error.strerror or error}: {error.filename or ''}")


def refuse(sentence: str, *, code: int = 1) -> NoReturn:
    err.print(sentence, style="bold red", markup=False)
    raise typer.Exit(code)


def is_interactive() -> bool:
    return sys.stderr.isatty()
