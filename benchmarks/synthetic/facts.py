"""Composes made-up facts and the notices behind them, for organisations that are in the database."""

import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from app.features.registry.facts.shape import GIVEN_SHAPE
from app.features.registry.synthetic import PREFIX
from benchmarks.synthetic.organisations import organisations

SOURCE = f"{PREFIX}facts"
TODAY = date(2026, 11, 22)
_YEARS = 6
_BUYING = 0.5  # of the organisations; the others are in no notice
_KINDS = {"tender": 5, "award": 4, "intention": 1}
_NOTICES = ("招标公告", "中标公告", "采购意向")


class Buyer(NamedTuple):
    """An organisation of the database."""

    id: int
    industry: str
    province: str | None


class Project(NamedTuple):
    """One project: a notice, and a fact for each need in it."""

    key: str
    buyer: Buyer
    needs: tuple[str, ...]
    kind: str
    day: date
    amount: int
    title: str


def projects(
    buyers: Sequence[Buyer], needs: Sequence[str], facts: int, *, seed: int = 1
) -> Iterator[Project]:
    """Projects with `facts` facts in all. Few organisations buy much and many little; few needs are
    bought often and many seldom; which ones depends on the industry."""
    chance = random.Random(seed)
    buying = [buyer for buyer in buyers if chance.random() < _BUYING]
    shares = [chance.paretovariate(1.3) for _ in buying]
    scale = 1.01 * facts / sum(min(share, 60) for share in shares)  # rounding must not fall short
    order = {industry: _shuffled(needs, industry) for industry in {buyer.industry for buyer in buyers}}
    weights = [1 / (rank + 3) for rank in range(len(needs))]
    made = number = 0
    for buyer, share in zip(buying, shares, strict=True):
        wanted = max(1, round(min(share, 60) * scale))
        while wanted > 0 and made < facts:
            some = tuple(
                dict.fromkeys(chance.choices(order[buyer.industry], weights, k=chance.randint(1, 4)))
            )
            some = some[: min(wanted, facts - made)]
            number, made, wanted = number + 1, made + len(some), wanted - len(some)
            yield _project(chance, number, buyer, some)


def _shuffled(needs: Sequence[str], industry: str) -> list[str]:
    mixed = list(needs)
    random.Random(industry).shuffle(mixed)
    return mixed


def _project(chance: random.Random, number: int, buyer: Buyer, needs: tuple[str, ...]) -> Project:
    day = TODAY - timedelta(days=chance.randrange(365 * _YEARS))
    kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    title = f"合成数据 第{number}号项目 {' '.join(needs)} {chance.choice(_NOTICES)}"
    return Project(f"s{number}", buyer, needs, kind, day, chance.randrange(20_000, 9_000_000), title)


def notice_row(project: Project, *, import_id: int, source_id: int) -> dict[str, Any]:
    """As the table of notices has it."""
    return {
        "digest": project.key,
        "import_id": import_id,
        "source_id": source_id,
        "kind": project.kind,
        "title": project.title,
        "buyer": "合成单位",
        "published_on": project.day,
        "seen_at": project.day,
        "amount": project.amount,
        "amount_kind": "award" if project.kind == "award" else "budget",
        "site": None,
        "url": None,
        "province": project.buyer.province,
        "city": None,
        "project_key": project.key,
        "needs": dict.fromkeys(project.needs, (0.9, "synthetic")),
        "state": "matched",
        "role": "buyer",
        "organisation_id": project.buyer.id,
    }


def fact_rows(project: Project, *, source_id: int) -> Iterator[dict[str, Any]]:
    """As the table of facts has them."""
    for number, need in enumerate(project.needs):
        yield {
            "public_id": f"{project.key}x{number}",
            "organisation_id": project.buyer.id,
            "need": need,
            "project_key": project.key,
            "role": "buyer",
            "kind": project.kind,
            "first_on": project.day,
            "event_on": project.day,
            "seen_at": project.day,
            "amount": project.amount,
            "amount_kind": "award" if project.kind == "award" else "budget",
            "title": project.title,
            "source_id": source_id,
            "site": None,
            "url": None,
            "weight": 0.9,
            "rule": "synthetic",
            "status": "active",
            "industry": project.buyer.industry,
            "province": project.buyer.province or "",
        }


def write_notices(path: Path, count: int, *, among: int = 20_000, seed: int = 1) -> None:
    """A file for `topctl import facts`: notices of the first `among` made-up organisations."""
    chance = random.Random(seed)
    buyers = list(islice(organisations(among), among))
    subjects = (
        "网络安全等级保护测评服务",
        "数据中心服务器采购",
        "医院信息系统升级",
        "终端安全管理软件",
        "办公家具采购",
    )
    heading = GIVEN_SHAPE.columns
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=5) as file:
        writer = csv.DictWriter(file, list(heading.values()), restval="")
        writer.writeheader()
        for number in range(count):
            buyer = chance.choice(buyers)
            given = {
                "source": SOURCE,
                "published_on": (TODAY - timedelta(days=chance.randrange(365 * _YEARS))).isoformat(),
                "buyer": buyer["name"],
                "province": buyer["province"],
                "city": buyer["city"],
                "title": f"{buyer['name']}{chance.choice(subjects)}（{number}号）{chance.choice(_NOTICES)}",
                "kind": chance.choice(_NOTICES),
                "budget": str(chance.randrange(20_000, 9_000_000)),
            }
            writer.writerow({heading[field]: value for field, value in given.items()})
