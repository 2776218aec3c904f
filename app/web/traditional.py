"""Traditional Chinese by conversion of the finished Simplified page.

Only what a reader reads is converted. Whatever goes back to the server (values, links, names, ids)
and whatever somebody typed (text areas, elements marked translate="no") stays as it is.
"""

import re
from functools import cache

import opencc

_TOKEN = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_READ_ATTRIBUTE = re.compile(r'\s(?:title|alt|placeholder|content|aria-label|data-text-[a-z]+)="([^"]*)"')
_MARK = "\ue000"  # private use: in no dictionary, so that no word is read across two texts
_NEVER = frozenset({"textarea", "script", "style"})
_VOID = frozenset({"input", "meta", "link", "br", "hr", "img"})  # have no end tag
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter() -> opencc.OpenCC:
    """Loaded for the first reader who asks (0.1 s): it takes 40 MB, and many installations never need it."""
    return opencc.OpenCC("s2tw")  # characters only: the vocabulary of names must not change


def to_traditional(text: str) -> str:
    return str(_converter().convert(text)) if _HAN.search(text) else text


def page_to_traditional(html: str) -> str:
    """The same page in Traditional Chinese characters; `<html lang>` is the template's business."""
    pieces: list[str] = []  # by turns a text to convert and a stretch to keep
    untouched: list[str] = []  # open elements from the one that must stay as typed
    start = 0
    for match in _TOKEN.finditer(html):
        text, tag = html[start : match.start()], match.group()
        if untouched:
            pieces += ["", text + tag]
        else:
            pieces += [text, tag]
            _add_attributes(pieces)
        _follow(tag, untouched)
        start = match.end()
    pieces.append(html[start:])
    pieces[::2] = _convert_all(pieces[::2])
    return "".join(pieces)


def _add_attributes(pieces: list[str]) -> None:
    """Split the tag that ends `pieces` where it holds texts that are read."""
    tag = pieces.pop()
    position = 0
    for match in _READ_ATTRIBUTE.finditer(tag):
        pieces += [tag[position : match.start(1)], match.group(1)]
        position = match.end(1)
    pieces.append(tag[position:])


def _convert_all(texts: list[str]) -> list[str]:
    """One call for the whole page: each call of the converter costs as much as a paragraph."""
    converted = to_traditional(_MARK.join(texts)).split(_MARK)
    return converted if len(converted) == len(texts) else [to_traditional(text) for text in texts]


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
