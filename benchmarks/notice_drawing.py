"""Draws the notices that are labelled by hand: python -m benchmarks.notice_drawing DIRECTORY.

Prints the digest, part and stratum of each drawn notice, fixed by digests so that it can be repeated.
"""

import csv
import gzip
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

NOTICES = "tenders.csv.gz"
_THEATRE = re.compile(r"手术室.{0,14}行为|行为管理.{0,20}手术|手术.{0,10}(?:着装|更衣|鞋|衣)")
_OPERATORS = ("中国移动", "中国电信", "中国联通", "中国铁塔")
_SECURITY = ("network_security", "data_security")
# Notices per stratum: for tuning, and the next ones for measuring. The theatre notices, a fifth of the
# data, stay at a tenth. Those tagged as security are rare: the first rounds of tuning used all of them.
QUOTAS = {
    "theatre": (60, 20),
    "other buyer": (195, 65),
    "security": (71, 0),
    "operator, tagged": (184, 64),
    "operator, untagged": (90, 30),
}
PARTS = ("tuning", "measuring")
_SPOKEN_OF_NOTICE = re.compile(
    r"第?[\d一二三四五六七八九十]+[次期批]|[(（\[【][^)）\]】]*[)）\]】]|关于|征集|公开|竞争性|询比|采购|招标|意见|项目|"
    r"公告|公示|更正|变更|结果|成交|中标|合同|技术规范书?|文件|磋商|谈判|等|的|之|预|废标|终止|结果|\W|\d"
)

Row = Mapping[str, str]


def read_notices(directory: Path) -> Iterator[dict[str, str]]:
    with gzip.open(directory / NOTICES, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def digest_of(row: Row) -> str:
    """Names one notice: source, title, day and buyer."""
    parts = (row["source"], row["title"], row["publish_date"], row["buyer"])
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def stratum_of(row: Row) -> str:
    if _THEATRE.search(row["title"]):
        return "theatre"
    if any(tag in row["need_tags"] for tag in _SECURITY):
        return "security"
    if row["buyer_class_raw"] not in _OPERATORS:
        return "other buyer"
    return "operator, tagged" if row["need_tags"] else "operator, untagged"


def drawn(rows: Iterable[Row]) -> list[tuple[Row, str, str]]:
    """(notice, stratum, part): in the order of their digests, one notice per rough project."""
    by_stratum: dict[str, list[Row]] = {name: [] for name in QUOTAS}
    seen: set[str] = set()
    for row in sorted(rows, key=digest_of):
        stem = _SPOKEN_OF_NOTICE.sub("", unicodedata.normalize("NFKC", row["title"]))[:16]
        if stem not in seen:
            seen.add(stem)
            by_stratum[stratum_of(row)].append(row)
    found: list[tuple[Row, str, str]] = []
    for stratum, quotas in QUOTAS.items():
        left = iter(by_stratum[stratum])
        for part, quota in zip(PARTS, quotas, strict=True):
            found += [(row, stratum, part) for row in islice(left, quota)]
    return found


def main() -> None:
    for row, stratum, part in drawn(read_notices(Path(sys.argv[1]))):
        print(digest_of(row), part, stratum, row["title"], sep="\t")


if __name__ == "__main__":
    main()
