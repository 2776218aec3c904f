"""Names with known answers for measuring recognition: the labelled file and the organisation register."""

import csv
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.features.knowledge.source_words import read_source_words, target_of_words

LABELS = Path(__file__).parent / "labels" / "government_police_names.csv"
INSTITUTIONS = ("healthcare", "education", "finance", "government", "public_security")
Group = Literal[
    "institution", "listed_company", "carrier", "job_advert_company", "inferred", "filed_otherwise"
]
Half = Literal["develop", "report"]
_PARTY_SCHOOLS = ("党校", "行政学院", "社会主义学院", "团校")
_JOB_ADVERT_WORDS = (
    "互联网",
    "数据服务",
    "游戏",
    "社交",
    "人工智能",
    "企业服务",
    "信息安全",
    "硬件",
    "电商",
    "金融",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One name and what is known of it; None where the source does not say."""

    name: str
    group: Group
    industry: str
    sub_industry: str | None
    level: str | None
    province: str | None = None
    city: str | None = None
    district: str | None = None


def half_of(name: str) -> Half:
    """Even digests are for development, odd ones for the report."""
    return "report" if hashlib.sha256(name.encode()).digest()[-1] % 2 else "develop"


def labelled_samples(path: Path = LABELS) -> list[Sample]:
    """Names of public bodies labelled by hand, one by one."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Sample(
                row["name"], "institution", row["industry"], row["sub_industry"] or None, row["level"] or None
            )
            for row in csv.DictReader(file)
        ]


def register_samples(path: Path) -> list[Sample]:
    """Real names of the register (no composed ones), each once, with labels in the words of our catalogue."""
    samples: dict[str, Sample] = {}
    for row in register_rows(path):
        if row["name_basis"] != "derived" and row["name"] not in samples:
            sample = _sample(row)
            if sample:
                samples[row["name"]] = sample
    return list(samples.values())


def register_rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def of_half(samples: Iterable[Sample], half: Half) -> list[Sample]:
    return [sample for sample in samples if half_of(sample.name) == half]


def _sample(row: Mapping[str, str]) -> Sample | None:
    group = _group(row)
    reading = read_source_words(
        industry=row["industry"], sub_industry=row["sub_industry"], level=row["level"]
    )
    if group.endswith("company") and target_of_words(row["sub_industry"]) is None:
        return None  # the source's word is unclear: no label to measure against
    known = row["region_basis"] == "source"
    return Sample(
        row["name"],
        group,
        reading.industry,
        reading.sub_industry,
        reading.level,
        row["province"] or None if known else None,
        row["city"] or None if known else None,
        row["district"] or None if known else None,
    )


def _group(row: Mapping[str, str]) -> Group:
    if row["industry_basis"] != "source":
        return "inferred"
    if row["industry"] == "education" and row["name"].endswith(_PARTY_SCHOOLS):
        return "filed_otherwise"  # the catalogue counts them among party and government offices
    words = row["sub_industry"]
    if row["industry"] == "finance":
        return "institution"
    if row["code"].startswith("stock:") or "|" in words or words.startswith(("SW:", "CSRC:")):
        return "listed_company"
    if words == "运营商":
        return "carrier"
    if row["industry"] in INSTITUTIONS:
        return "institution"
    return "job_advert_company" if any(word in words for word in _JOB_ADVERT_WORDS) else "listed_company"
