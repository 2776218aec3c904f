"""News feeds (RSS 2.0), for readers that come back and ask whether anything changed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree import ElementTree

from fastapi import Request, Response

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold, however it is escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEDIA_TYPE = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """`link` is a whole address and identifies the item for ever."""

    title: str
    link: str
    description: str
    categories: tuple[str, ...]
    published: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """`link` is the page with the same content, `own_link` the feed itself; both whole addresses."""

    title: str
    description: str
    link: str
    own_link: str
    language: str
    items: Sequence[FeedItem]


def feed_answer(request: Request, feed: Feed) -> Response:
    """The feed, or 304 to a reader that has it already."""
    body = as_rss(feed)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    newest = max((item.published for item in feed.items), default=None)
    headers = {"etag": tag, "cache-control": "max-age=300", "vary": "Cookie, Accept-Language"}
    if newest is not None:
        headers["last-modified"] = format_datetime(newest.astimezone(UTC), usegmt=True)
    if _is_known(request, tag, newest):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_MEDIA_TYPE, headers=headers)


def _is_known(request: Request, tag: str, newest: datetime | None) -> bool:
    """A tag, where the reader sends one, decides alone (RFC 9110)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tag in {one.strip().removeprefix("W/") for one in tags.split(",")} or tags.strip() == "*"
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    if since.tzinfo is None or newest is None:
        return False
    return newest.replace(microsecond=0) <= since


def as_rss(feed: Feed) -> bytes:
    ElementTree.register_namespace("atom", _ATOM)
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.link)
    _add(channel, "description", feed.description)
    _add(channel, "language", feed.language)
    own = {"href": feed.own_link, "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, f"{{{_ATOM}}}link", own)
    for item in feed.items:
        entry = ElementTree.SubElement(channel, "item")
        _add(entry, "title", item.title)
        _add(entry, "link", item.link)
        _add(entry, "guid", item.link)
        _add(entry, "description", item.description)
        for category in item.categories:
            _add(entry, "category", category)
        _add(entry, "pubDate", format_datetime(item.published.astimezone(UTC), usegmt=True))
    written: bytes = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("", text)
