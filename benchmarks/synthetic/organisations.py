"""Composes made-up organisations in the import's format, as many as wanted, the same for the same seed.

Usage: python -m benchmarks.synthetic.organisations FILE ROWS [--seed N] [--from ROW]
"""

import argparse
import csv
import gzip
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.features.registry.import_file import COLUMNS
from app.features.registry.synthetic import PREFIX
from benchmarks.synthetic.words import BODIES, BRAND_CHARACTERS, LEGAL_FORMS, NUMBERED, NUMBERS, TRADES
from search.analysis.regions import cities_of, districts_of, provinces

SOURCE = f"{PREFIX}organisations"
_COMPANIES = 0.62  # of all; the rest are public bodies
_WITH_SHORT_NAME = 0.25  # of the companies

Row = dict[str, str]


class Place(NamedTuple):
    province: str
    city: str
    district: str


def places() -> list[Place]:
    """Every district of the country, and each city itself."""
    found = [
        Place(province, city, district)
        for province in provinces()
        for city in sorted(cities_of(province))
        for district in ("", *sorted(districts_of(province, city)))
    ]
    return sorted(found)


def organisations(count: int, *, seed: int = 1) -> Iterator[Row]:
    """`count` rows; a smaller count gives the beginning of the same."""
    chance = random.Random(seed)
    everywhere = places()
    seen: set[int] = set()  # digests: a million names take a fraction of what their texts would
    while len(seen) < count:
        place = chance.choice(everywhere)
        row = _company(chance, place) if chance.random() < _COMPANIES else _body(chance, place)
        digest = hash((row["name"], row["city"]))
        if digest not in seen:
            seen.add(digest)
            yield row


def _company(chance: random.Random, place: Place) -> Row:
    industry, words, _ = chance.choices(TRADES, [trade[2] for trade in TRADES])[0]
    brand = "".join(chance.choices(BRAND_CHARACTERS, k=chance.choice((2, 2, 2, 3))))
    trade = chance.choice(words)
    form = chance.choices([form for form, _ in LEGAL_FORMS], [weight for _, weight in LEGAL_FORMS])[0]
    where = _short(chance.choice((place.city, place.city, place.province, place.district or place.city)))
    name = f"{where}{brand}{trade}{form}"
    if chance.random() < 0.12:
        name = f"{brand}（{where}）{trade}{form}"
    short = f"{brand}{trade}" if chance.random() < _WITH_SHORT_NAME else ""
    return _row(name, place, industry, "", short)


def _body(chance: random.Random, place: Place) -> Row:
    where = place.district or place.city
    if chance.random() < 0.3:
        ending, industry, level = chance.choice(BODIES)
        return _row(where + ending, place, industry, level)
    before, ending, industry, level = chance.choice(NUMBERED)
    if before:
        number = chance.choice(NUMBERS) if chance.random() < 0.7 else "十" + chance.choice(NUMBERS[:9])
        return _row(f"{where}{before}{number}{ending}", place, industry, level)
    own = "".join(chance.choices(BRAND_CHARACTERS, k=2))
    return _row(f"{where}{own}{ending}", place, industry, level)


def _short(place: str) -> str:
    """As names of companies have it: 昆明 rather than 昆明市."""
    for ending in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"):
        if place.endswith(ending) and len(place) - len(ending) >= 2:
            return place.removesuffix(ending)
    return place


def _row(name: str, place: Place, industry: str, level: str, short: str = "") -> Row:
    return {
        "name": name,
        "short_names": short,
        "industry": industry,
        "province": place.province,
        "city": place.city,
        "district": place.district,
        "level": level,
        "source": SOURCE,
        "industry_basis": "source",
        "name_basis": "observed",
        "region_basis": "source",
    }


def write_organisations(path: Path, count: int, *, seed: int = 1, start: int = 0) -> None:
    """Rows `start` to `start + count`, gzip."""
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=5) as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(islice(organisations(start + count, seed=seed), start, None))


def write_parts(directory: Path, count: int, *, size: int, seed: int = 1) -> list[Path]:
    """The same rows in files of `size` rows each, made in one go. What is there already stays."""
    paths = [
        directory / f"organisations-{size}-{first // size:04d}.csv.gz" for first in range(0, count, size)
    ]
    if all(path.exists() for path in paths):
        return paths
    directory.mkdir(parents=True, exist_ok=True)
    rows = organisations(count, seed=seed)
    started = time.monotonic()
    for number, path in enumerate(paths):
        draft = path.with_suffix(".draft")
        with gzip.open(draft, "wt", encoding="utf-8", newline="", compresslevel=5) as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(islice(rows, size))
        draft.replace(path)
        done = min(count, (number + 1) * size)
        print(f"composed {done} of {count} rows, {time.monotonic() - started:.0f} s", flush=True)
    return paths


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("rows", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--from", dest="start", type=int, default=0)
    given = options.parse_args()
    write_organisations(given.file, given.rows, seed=given.seed, start=given.start)


if __name__ == "__main__":
    main()
