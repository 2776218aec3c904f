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
    "theatre": (60, 22),
    "other buyer": (195, 80),
    "security": (71, 0),
    "operator, tagged": (184, 80),
    "operator, untagged": (90, 38),
}
PARTS = ("tuning", "measuring")
BY_WORDS = "keywords"
_WORDS = re.compile(
    "等保|等级保护|密评|密码|防火墙|网络安全|数据安全|信息安全|安全服务|安全能力|安全运营|安全监测|安全防护|安全管理|云安全|内容安全|"
    "日志|审计|堡垒机|漏洞|入侵|态势感知|病毒|终端安全|零信任|VPN|加密|脱敏|备份|灾备|容灾|准入|攻防|演练|反诈|诈骗|涉诈|拦截|清洗|"
    "DDoS|WAF|流量|隐私|上网行为|网闸|保密|风险评估|身份|认证|防护",
    re.IGNORECASE,
)
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
        if (stem := _stem(row)) not in seen:
            seen.add(stem)
            by_stratum[stratum_of(row)].append(row)
    found: list[tuple[Row, str, str]] = []
    for stratum, quotas in QUOTAS.items():
        left = iter(by_stratum[stratum])
        for part, quota in zip(PARTS, quotas, strict=True):
            found += [(row, stratum, part) for row in islice(left, quota)]
    return found


def drawn_by_words(rows: Iterable[Row], others: Iterable[Row]) -> list[Row]:
    """Of the projects that none of `others` speaks of, all whose title has a word of security."""
    known = {digest_of(row) for row in others}
    seen, found = {_stem(row) for row in others}, []
    for row in sorted(rows, key=digest_of):
        if digest_of(row) in known or (stem := _stem(row)) in seen:
            continue
        seen.add(stem)
        if _WORDS.search(_plain(row)):
            found.append(row)
    return found


def _stem(row: Row) -> str:
    return _SPOKEN_OF_NOTICE.sub("", _plain(row))[:16]


def _plain(row: Row) -> str:
    return unicodedata.normalize("NFKC", row["title"])


def main() -> None:
    rows = list(read_notices(Path(sys.argv[1])))
    found = drawn(rows)
    by_words = drawn_by_words(rows, [row for row, _, _ in found])
    for row, stratum, part in [*found, *((row, BY_WORDS, BY_WORDS) for row in by_words)]:
        print(digest_of(row), part, stratum, row["title"], sep="\t")


if __name__ == "__main__":
    main()
