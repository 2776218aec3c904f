"""What no file can tell alone: links between entries, ids used twice, and both languages complete."""

from collections import Counter
from collections.abc import Iterable, Sequence

from app.features.knowledge.errors import PackProblem
from app.features.knowledge.loading import shapes
from app.features.knowledge.loading.files import PackFiles
from app.kit.text import Text

FALLBACK_INDUSTRY = "other"


def check_links(files: PackFiles, problems: list[PackProblem]) -> None:
    """Note every broken link and every id used twice."""
    checks = _Links(files, problems)
    checks.unique()
    checks.industries()
    checks.mappings()
    checks.needs()
    checks.solutions()
    checks.regulations()


def mapping_name(row: shapes.MappingRow) -> str:
    """The conditions and the need of a prior, which together identify it."""
    conditions = (row.industry, row.sub_industry or "-", row.level or "-")
    return "/".join((*conditions, row.need))


class _Links:
    def __init__(self, files: PackFiles, problems: list[PackProblem]) -> None:
        self._files = files
        self._problems = problems
        self._industries = set(files.industries.ids)
        self._needs = set(files.needs.ids)
        self._regulations = set(files.regulations.ids)

    def _note(self, file: str, entry: str, zh: str, en: str) -> None:
        self._problems.append(PackProblem(file, entry, Text(zh=zh, en=en)))

    def _known(self, names: Iterable[str], known: set[str], file: str, entry: str, what: Text) -> None:
        for name in names:
            if name not in known:
                self._note(file, entry, f"没有这个{what.zh}：{name}", f"unknown {what.en}: {name}")

    def _once(self, names: Sequence[str], file: str, what: Text) -> None:
        for name, count in Counter(names).items():
            if count > 1:
                self._note(file, name, f"{what.zh}重复 {count} 次", f"{what.en} used {count} times")

    def unique(self) -> None:
        ids = Text(zh="标识", en="id")
        for file in ("industries", "needs", "regulations", "solutions"):
            self._once(getattr(self._files, file).ids, f"{file}.yaml", ids)
        names = [mapping_name(row) for row in self._files.mappings.valid]
        self._once(names, "industry_needs.yaml mappings", Text(zh="映射", en="mapping"))
        hints = [f"{row.need} {row.pattern.pattern}" for row in self._files.region_hints.valid]
        self._once(hints, "industry_needs.yaml region_hints", Text(zh="地区提示", en="region hint"))

    def industries(self) -> None:
        file = "industries.yaml"
        if FALLBACK_INDUSTRY not in self._industries:
            self._note(file, FALLBACK_INDUSTRY, "缺少兜底行业 other", "the fallback industry is missing")
        for row in self._files.industries.valid:
            self._once([sub.code for sub in row.sub_industries], f"{file} {row.code}", _SUB_INDUSTRY)
            self._once([level.level for level in row.level_markers], f"{file} {row.code}", _LEVEL)
        rules = self._files.industries_file.matching.conflict_rules
        self._once(
            [rule.pattern.pattern for rule in rules], f"{file} conflict_rules", Text(zh="规则", en="rule")
        )
        for rule in rules:
            named = [*rule.over, *([rule.prefer] if rule.prefer else [])]
            self._known(named, self._industries, f"{file} conflict_rules", rule.pattern.pattern, _INDUSTRY)

    def mappings(self) -> None:
        file = "industry_needs.yaml mappings"
        by_code = {row.code: row for row in self._files.industries.valid}
        for row in self._files.mappings.valid:
            entry = mapping_name(row)
            self._known([row.industry], self._industries, file, entry, _INDUSTRY)
            self._known([row.need], self._needs, file, entry, _NEED)
            if industry := by_code.get(row.industry):
                subs = {sub.code for sub in industry.sub_industries}
                levels = {level.level for level in industry.level_markers}
                self._known([row.sub_industry] if row.sub_industry else [], subs, file, entry, _SUB_INDUSTRY)
                self._known([row.level] if row.level else [], levels, file, entry, _LEVEL)
        for hint in self._files.region_hints.valid:
            hint_file = "industry_needs.yaml region_hints"
            self._known([hint.need], self._needs, hint_file, hint.pattern.pattern, _NEED)
            self._known(hint.industries, self._industries, hint_file, hint.pattern.pattern, _INDUSTRY)

    def needs(self) -> None:
        covered = {need for row in self._files.solutions.valid for need in row.need_ids}
        for row in self._files.needs.valid:
            self._known(
                row.driver_regulations,
                self._regulations,
                "needs.yaml",
                row.id,
                Text(zh="法规", en="regulation"),
            )
            self._once(row.driver_regulations, f"needs.yaml {row.id}", Text(zh="法规", en="regulation"))
            if row.budget_cny.low > row.budget_cny.high:
                budget = f"{row.budget_cny.low} > {row.budget_cny.high}"
                self._note(
                    "needs.yaml",
                    f"{row.id}.budget_cny",
                    f"下限高于上限：{budget}",
                    f"low above high: {budget}",
                )
            if row.id not in covered and self._files.solutions.all_valid:
                self._note("needs.yaml", row.id, "没有任何方案提纲对应", "no solution names this need")

    def solutions(self) -> None:
        for row in self._files.solutions.valid:
            self._known(row.need_ids, self._needs, "solutions.yaml", row.id, _NEED)
            self._once(row.need_ids, f"solutions.yaml {row.id}", _NEED)
            self._known([row.typical_case.industry], self._industries, "solutions.yaml", row.id, _INDUSTRY)

    def regulations(self) -> None:
        for row in self._files.regulations.valid:
            self._known(row.industries, self._industries | {"all"}, "regulations.yaml", row.id, _INDUSTRY)
            named = [each for each in self._files.industries.valid if each.code in row.industries]
            subs = {sub.code for industry in named for sub in industry.sub_industries}
            self._known(row.sub_industries, subs, "regulations.yaml", row.id, _SUB_INDUSTRY)


_INDUSTRY = Text(zh="行业", en="industry")
_SUB_INDUSTRY = Text(zh="子行业", en="sub-industry")
_LEVEL = Text(zh="层级", en="level")
_NEED = Text(zh="需求", en="need")
