"""Page texts: Chinese is the msgid, English the catalogue; `app.web.traditional` converts the script."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.kit.text import Language

PageLanguage = Literal["zh", "en", "zh-hant"]
PAGE_LANGUAGES: tuple[PageLanguage, ...] = ("zh", "en", "zh-hant")

ENGLISH = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "messages.po"
_APP = Path(__file__).parent.parent

Message = str | tuple[str, ...]


def text_language(language: PageLanguage) -> Language:
    """The language in which the texts of a page are written, before any conversion of the script."""
    return "en" if language == "en" else "zh"


@cache
def _english() -> Mapping[str, Message]:
    with ENGLISH.open("rb") as file:
        catalogue = read_po(file, locale="en")
    found = ((_key(m.id), _forms(m.string)) for m in catalogue if m.id and not m.fuzzy)
    return {msgid: message for msgid, message in found if message and all(message)}


def _key(msgid: str | Sequence[str]) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _forms(message: str | Sequence[str] | None) -> Message:
    return message if isinstance(message, str) else tuple(message or ())


def gettext(language: Language, msgid: str) -> str:
    """An untranslated text stays Chinese; `missing_translations` finds it before a reader does."""
    if language == "zh":
        return msgid
    message = _english().get(msgid, msgid)
    return message if isinstance(message, str) else message[0]


def ngettext(language: Language, msgid: str, msgid_plural: str, number: int) -> str:
    """Chinese has one form; English has two."""
    if language == "zh":
        return msgid
    message = _english().get(msgid, msgid)
    if isinstance(message, str):
        return message
    return message[0] if number == 1 else message[-1]


def template_messages() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Every (template, msgid) of the product; plural messages come as tuples."""
    found = extract_from_dir(
        _APP,
        method_map=[("**/templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"**/templates/**.html": {"trimmed": "true", "silent": "false"}},
    )
    for filename, _line, message, _comments, _context in found:
        yield filename, message


def missing_translations() -> tuple[str, ...]:
    """The msgids in templates that the English catalogue lacks, or holds empty, fuzzy or incomplete."""
    english = _english()
    missing = {
        _key(message): None
        for _file, message in template_messages()
        if (known := english.get(_key(message))) is None
        or isinstance(known, str) is not isinstance(message, str)
    }
    return tuple(missing)
