"""What the double of a Meilisearch server holds: indexes, settings, documents and a queue of tasks.

It matches words honestly, from an index of its own, as far as the adapter asks; what it does not know it
refuses, so that a new use of the server is noticed.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
MOST_WORDS = 10
_IN = re.compile(r"(\w+) IN \[(.*)\]")
_COMPARED = re.compile(r"(\w+) (=|>=) (\S+)")


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code

    def body(self) -> Json:
        kind = "auth" if self.status in (401, 403) else "system" if self.status >= 500 else "invalid_request"
        return {
            "message": f"{self.code}: quotes “北京大学”",
            "code": self.code,
            "type": kind,
            "link": "https://docs",
        }


@dataclass
class Index:
    primary_key: str | None
    settings: Json = field(default_factory=dict)
    documents: dict[str, Json] = field(default_factory=dict)
    _words: dict[str, set[str]] | None = None

    def changed(self) -> None:
        self._words = None

    def holding(self, word: str) -> set[str]:
        if self._words is None:
            self._words = defaultdict(set)
            for key, document in self.documents.items():
                for name in self.settings.get("searchableAttributes", document):
                    for found in str(document.get(name, "")).split():
                        self._words[found].add(key)
        return self._words.get(word, set())

    def meeting(self, condition: str | list[str]) -> set[str]:
        if isinstance(condition, list):
            return set.intersection(set(self.documents), *(self.meeting(one) for one in condition))
        if found := _IN.fullmatch(condition):
            name, values = found[1], {value.strip() for value in found[2].split(",")}
            self._check_filterable(name, "equality")
            return {key for key, document in self.documents.items() if values & set(_values(document, name))}
        if found := _COMPARED.fullmatch(condition):
            name, operator, value = found.groups()
            if operator == "=":
                return self.meeting(f"{name} IN [{value}]")
            self._check_filterable(name, "comparison")
            return {
                key
                for key, document in self.documents.items()
                if any(number >= float(value) for number in _values(document, name))
            }
        raise Refused(400, "invalid_search_filter")

    def _check_filterable(self, name: str, feature: str) -> None:
        for rule in self.settings.get("filterableAttributes", ()):
            if name in rule["attributePatterns"] and rule["features"]["filter"][feature]:
                return
        raise Refused(400, "invalid_search_filter")

    def search(self, query: Json) -> Iterator[tuple[float, float, str]]:
        """Score of words, score of the sort rule and key, of every document found."""
        typed = query.get("q", "").replace("-", " ").replace('"', " ").split()[:MOST_WORDS]
        allowed = self.meeting(query.get("filter", []))
        found = _by_words(
            [self.holding(word) & allowed for word in typed], query["matchingStrategy"], allowed
        )
        for key, score in found.items():
            yield score, float(self.documents[key].get("weight", 0.0)), key


def _by_words(holding: list[set[str]], strategy: str, everything: set[str]) -> dict[str, float]:
    if strategy == "frequency":  # words are given up one by one, those found nowhere and the commonest first
        holding = sorted(holding, key=lambda found: len(found) or float("inf"))
    found: dict[str, float] = {}
    for count in range(len(holding), 0 if holding else -1, -1):
        for key in set.intersection(everything, *holding[:count]):
            found.setdefault(key, count / len(holding) if holding else 1.0)
        if strategy == "all":
            break
    return found


def _values(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    return value if isinstance(value, list) else [value]


class Store:
    """Tasks are done one after the other by a thread; `hold` makes it wait before the next."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.tasks: list[Json] = []
        self.full = False
        self._go = threading.Event()
        self._new = threading.Condition()
        self._work: list[tuple[Json, Callable[[], None]]] = []
        self._go.set()
        threading.Thread(target=self._run, daemon=True).start()

    def hold(self) -> None:
        self._go.clear()

    def go(self) -> None:
        self._go.set()

    def enqueue(self, kind: str, uid: str | None, work: Callable[[], None]) -> Json:
        with self._new:
            task = {"uid": len(self.tasks), "indexUid": uid, "status": "enqueued", "type": kind,
                    "error": None, "details": {}, "enqueuedAt": _now()}  # fmt: skip
            self.tasks.append(task)
            self._work.append((task, work))
            self._new.notify()
        return {"taskUid": task["uid"]} | {
            name: task[name] for name in ("indexUid", "status", "type", "enqueuedAt")
        }

    def _run(self) -> None:
        while True:
            with self._new:
                self._new.wait_for(lambda: bool(self._work))
                task, work = self._work.pop(0)
            time.sleep(0.001)  # so that everybody meets tasks that are not done
            self._go.wait()
            task |= {"status": "processing", "startedAt": _now()}
            try:
                if self.full and task["type"].startswith("document"):
                    raise Refused(422, "no_space_left_on_device")
                work()
            except Refused as refused:
                task |= {"status": "failed", "error": refused.body(), "finishedAt": _now()}
            else:
                task |= {"status": "succeeded", "finishedAt": _now()}

    def index(self, uid: str) -> Index:
        if uid not in self.indexes:
            raise Refused(404, "index_not_found")
        return self.indexes[uid]

    def create(self, uid: str, primary_key: str | None) -> None:
        if uid in self.indexes:
            raise Refused(409, "index_already_exists")
        self.indexes[uid] = Index(primary_key)

    def drop(self, uid: str) -> None:
        self.index(uid)
        del self.indexes[uid]

    def set(self, uid: str, settings: Json) -> None:
        index = self.indexes.setdefault(uid, Index(None))
        index.settings |= settings
        index.changed()

    def add(self, uid: str, documents: list[Json]) -> None:
        index = self.indexes.setdefault(uid, Index(None))
        index.primary_key = index.primary_key or next(iter(documents[0]))
        for document in documents:
            key = str(document.get(index.primary_key, ""))
            if not re.fullmatch(r"[\w-]{1,511}", key, re.ASCII):
                raise Refused(400, "invalid_document_id" if key else "missing_document_id")
            index.documents[key] = document
        index.changed()

    def remove(self, uid: str, keys: list[str]) -> None:
        index = self.index(uid)
        for key in keys:
            index.documents.pop(key, None)
        index.changed()

    def swap(self, one: str, other: str) -> None:
        for uid in (one, other):
            self.index(uid)
        self.indexes[one], self.indexes[other] = self.indexes[other], self.indexes[one]

    def federated(self, body: Json) -> Json:
        """Every part's hits by its weight; of a document that several parts found, the best counts."""
        best: dict[tuple[str, str], tuple[float, float]] = {}
        for query in body["queries"]:
            index = self.index(query["indexUid"])
            if not {"words", "typo"} <= set(index.settings.get("rankingRules", ["words", "typo"])):
                raise AssertionError("without both rules the real server cannot weigh the parts")
            for score, sort, key in index.search(query):
                place = (query["indexUid"], key)
                best[place] = max(
                    best.get(place, (0, 0)), (score * query["federationOptions"]["weight"], sort)
                )
        order = sorted(best, key=lambda place: best[place], reverse=True)
        hits = []
        for uid, key in order[: min(body["federation"]["limit"], 1_100)]:
            shown = self.indexes[uid].settings.get("displayedAttributes", ["*"])
            document = self.indexes[uid].documents[key]
            hit = {name: value for name, value in document.items() if shown == ["*"] or name in shown}
            hits.append(hit | {"_federation": {"indexUid": uid, "queriesPosition": 0}})
        return {"hits": hits, "processingTimeMs": 1, "limit": 0, "offset": 0, "estimatedTotalHits": len(best)}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
