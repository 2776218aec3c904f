"""Traditional Chinese by conversion of the finished Simplified page.

Only what a reader reads is converted. Whatever goes back to the server (values, links, names, ids)
and whatever somebody typed (text areas, elements marked translate="no") stays as it is.
"""

import re
from functools import cache

import opencc

_TOKEN = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_READ_ATTRIBUTE = re.compile(
    r'(\s(?:title|alt|placeholder|content|aria-[a-z]+|data-text-[a-z]+)=")([^"]*)(")'
)
_NEVER = frozenset({"textarea", "script", "style"})
_VOID = frozenset({"input", "meta", "link", "br", "hr", "img"})  # have no end tag
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")  # characters only: the vocabulary of names must not change


def to_traditional(text: str) -> str:
    return str(_converter().convert(text)) if _HAN.search(text) else text


def page_to_traditional(html: str) -> str:
    """The same page in Traditional Chinese characters, with `<html lang>` left to the template."""
    pieces: list[str] = []
    untouched: list[str] = []  # open elements below and including the one that must stay as typed
    position = 0
    for match in _TOKEN.finditer(html):
        text = html[position : match.start()]
        pieces.append(text if untouched else to_traditional(text))
        tag = match.group()
        pieces.append(tag if untouched else _READ_ATTRIBUTE.sub(_attribute, tag))
        _follow(tag, untouched)
        position = match.end()
    pieces.append(to_traditional(html[position:]))
    return "".join(pieces)


def _attribute(match: re.Match[str]) -> str:
    return match.group(1) + to_traditional(match.group(2)) + match.group(3)


def _follow(tag: str, untouched: list[str]) -> None:
    """Track nesting of the element that must not be converted, by its own name."""
    named = _TAG.match(tag)
    if named is None:
        return
    closes, name = bool(named.group(1)), named.group(2).lower()
    if untouched:
        if name == untouched[0]:
            untouched.pop() if closes else untouched.append(name)
    elif not closes and name not in _VOID and (name in _NEVER or 'translate="no"' in tag):
        untouched.append(name)
