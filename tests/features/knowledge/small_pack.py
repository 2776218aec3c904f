"""A knowledge pack small enough to read, for tests that break it in one place or count by hand."""

from pathlib import Path
from typing import Any

import yaml

Pack = dict[str, Any]

_NEED = {
    "category": "network_security",
    "description": "说明",
    "driver_regulations": ["csl"],
    "budget_cny": {"low": 100, "high": 200, "estimate": True},
    "buying_trigger": ["到期"],
    "owner_role": "信息科",
    "discovery_questions": ["问一", "问二", "问三"],
    "keywords": ["等保"],
}
_NEED_ENGLISH = {
    "description": "Description",
    "buying_trigger": ["Expiry"],
    "owner_role": "IT department",
    "discovery_questions": ["One?", "Two?", "Three?"],
    "keywords": ["MLPS"],
}
_SOLUTION = {
    "need_ids": ["mlps-l3", "data-backup"],
    "outline": ["一", "二", "三", "四", "五"],
    "delivery_checklist": ["报告"],
    "common_pitfalls": ["堆设备"],
    "comparison_criteria": ["三年成本"],
    "rough_effort": {"text": "8周", "estimate": True},
    "typical_case": {
        "illustrative": True,
        "industry": "healthcare",
        "region_type": "地市",
        "what_was_done": "整改",
        "result": "清零",
        "source": None,
    },
}
_SOLUTION_ENGLISH = {
    "outline": ["1", "2", "3", "4", "5"],
    "delivery_checklist": ["Report"],
    "common_pitfalls": ["Piling up devices"],
    "comparison_criteria": ["Three-year cost"],
    "rough_effort": "8 weeks",
    "typical_case": {"region_type": "Prefecture", "what_was_done": "Remedied", "result": "Cleared"},
    "when_not_to": ["When small"],
}


def _industry(code: str, name: str, subs: list[str], levels: list[tuple[str, str]]) -> Pack:
    return {
        "code": code,
        "name_zh": name,
        "name_en": code.capitalize(),
        "sub_industries": [{"code": s, "name_zh": f"{s}类", "name_en": s, "patterns": [s]} for s in subs],
        "name_patterns": [{"pattern": name, "weight": 0.9}],
        "level_markers": [{"level": c, "name_zh": n, "patterns": [n]} for c, n in levels],
    }


def _regulation(slug: str, title: str, industries: list[str], effective: str) -> Pack:
    return {
        "id": slug,
        "title_zh": title,
        "title_en": slug.upper(),
        "number": None,
        "issuer": "全国人大",
        "effective_date": effective,
        "date_kind": "effective",
        "kind": "law",
        "industries": industries,
        "applies_to": "网络运营者",
        "obligation": "落实等级保护",
        "confidence": "high",
        "verified_by": "search",
    }


_REGULATION_ENGLISH = {"issuer": "NPC", "applies_to": "Network operators", "obligation": "Implement MLPS"}


_REASONS_ENGLISH = {
    "先验强度": "prior strength",
    "小幅修正": "small correction",
    "自贸港": "free trade port",
    "县域": "county",
    "医院核心系统": "core hospital systems",
    "数据保护": "data protection",
    "三级医院必测": "tertiary hospitals must be assessed",
    "诊所较少": "rare in clinics",
    "银行系统": "bank systems",
    "业务连续": "business continuity",
    "基础保护": "basic protection",
    "粗估": "rough estimate",
    "概括": "paraphrase",
    "虚构": "invented",
    "先定目标": "goal first",
    "三级": "Tertiary",
    "县级": "County",
    "分行": "Branch",
    "未知": "Unknown",
}

_TITLES = {"mlps-l3": "等保三级", "data-backup": "备份", "smart-ward": "智慧病房"}
_NEEDS = [{"id": slug, "title_zh": zh, "title_en": slug, **_NEED} for slug, zh in _TITLES.items()]
_NEEDS[0]["driver_regulations"] = ["csl", "bank-rule"]
_NEEDS[1]["category"] = "data_security"
_NEEDS[2]["category"] = "business"

_PACK: Pack = {
    "industries.yaml": {
        "schema_version": 1,
        "generated_note": "启发式",
        "matching": {
            "method": "最大值",
            "sub_industry_rule": "首个",
            "level_rule": "靠前",
            "conflict_rules": [{"pattern": "医院$", "prefer": "healthcare", "over": ["finance"]}],
        },
        "industries": [
            _industry(
                "healthcare", "医院", ["hospital", "clinic"], [("tertiary", "三级"), ("county", "县级")]
            ),
            _industry("finance", "银行", ["bank"], [("branch", "分行")]),
            _industry("other", "其他", ["unknown"], [("none", "未知")]),
        ],
    },
    "industry_needs.yaml": {
        "schema_version": 1,
        "weight_note": "先验强度",
        "region_note": "小幅修正",
        "region_hints": [
            {"pattern": "海南", "need": "mlps-l3", "weight_delta": 0.1, "reason": "自贸港"},
            {"pattern": "海南", "need": "smart-ward", "weight_delta": 0.3, "reason": "自贸港"},
            {
                "pattern": "县",
                "need": "smart-ward",
                "weight_delta": 0.2,
                "reason": "县域",
                "industries": ["healthcare"],
            },
        ],
        "mappings": [
            {"industry": "healthcare", "need": "mlps-l3", "weight": 0.7, "reason": "医院核心系统"},
            {"industry": "healthcare", "need": "data-backup", "weight": 0.4, "reason": "数据保护"},
            {
                "industry": "healthcare",
                "sub_industry": "hospital",
                "level": "tertiary",
                "need": "mlps-l3",
                "weight": 0.8,
                "reason": "三级医院必测",
            },
            {
                "industry": "healthcare",
                "sub_industry": "clinic",
                "need": "mlps-l3",
                "weight": 0.3,
                "reason": "诊所较少",
            },
            {"industry": "finance", "need": "mlps-l3", "weight": 0.8, "reason": "银行系统"},
            {"industry": "finance", "need": "data-backup", "weight": 0.6, "reason": "业务连续"},
            {"industry": "other", "need": "data-backup", "weight": 0.3, "reason": "基础保护"},
        ],
    },
    "needs.yaml": {"schema_version": 1, "budget_note": "粗估", "needs": _NEEDS},
    "regulations.yaml": {
        "schema_version": 1,
        "as_of": "2026-11-22",
        "disclaimer": "概括",
        "regulations": [
            _regulation("csl", "网络安全法", ["all"], "2017-06-01"),
            _regulation("bank-rule", "银行规定", ["finance"], "2027-03-01"),
        ],
    },
    "solutions.yaml": {
        "schema_version": 1,
        "case_note": "虚构",
        "evaluation_method": ["先定目标"],
        "solutions": [
            {"id": "sol-a", "title_zh": "方案甲", "title_en": "A", **_SOLUTION},
            {
                "id": "sol-b",
                "title_zh": "方案乙",
                "title_en": "B",
                **_SOLUTION,
                "need_ids": ["smart-ward"],
            },
        ],
    },
    "when_not_to.yaml": {
        "schema_version": 1,
        "authored_note": "经验",
        "when_not_to": {"sol-a": ["规模小时"], "sol-b": ["规模小时"]},
    },
    "en/needs-1.yaml": {"mlps-l3": _NEED_ENGLISH},
    "en/needs-2.yaml": {"data-backup": _NEED_ENGLISH},
    "en/needs-3.yaml": {"smart-ward": _NEED_ENGLISH},
    "en/solutions.yaml": {"sol-a": _SOLUTION_ENGLISH, "sol-b": _SOLUTION_ENGLISH},
    "en/regulations.yaml": {"csl": _REGULATION_ENGLISH, "bank-rule": _REGULATION_ENGLISH},
    "en/reasons.yaml": _REASONS_ENGLISH,
}


def small_pack() -> Pack:
    """File name -> content, of two industries with `other`, three needs and two regulations."""
    return {name: _copied(content) for name, content in _PACK.items()}


def _copied(value: Any) -> Any:
    """Unlike deepcopy, also copies apart what stands in two places."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


class _WithoutAliases(yaml.SafeDumper):
    """Writes a value used twice out twice, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_pack(pack: Pack, directory: Path) -> Path:
    """Write the files; a value that is bytes or text is written as it is."""
    for name, content in pack.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            text = yaml.dump(content, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False)
            path.write_text(text, encoding="utf-8")
    return directory
