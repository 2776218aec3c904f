"""Made-up values that show every component once, for the style guide page and its screenshots."""

from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.kit.text import Text
from app.web.pages import PageDep
from app.web.policy import ANYONE

router = APIRouter(dependencies=[ANYONE.needed])
_WEIGHT = {"weight": 0.5, "strength": 8.0}
_LONG_NAME = "示例省示例自治州示例县示例镇第一中心医院示例院区（示例医学院附属示例医院）"


@router.get("/styleguide")
async def show(page: PageDep) -> HTMLResponse:
    return page.respond("styleguide.html", **sample_context())


def _line(name: str, **parts: Any) -> SimpleNamespace:
    defaults = {
        "provenance": "observed",
        "why": None,
        "industry": Text(zh="示例行业", en="Sample industry"),
        "level": None,
        "place": "示例省示例市",
    }
    return SimpleNamespace(href="/styleguide", name=name, highlights=((0, 2),), **(defaults | parts))


def _reason(text: Text, kind: str, effect: float, **parts: Any) -> SimpleNamespace:
    defaults: dict[str, Any] = {"regulation": None, "href": None, "numbers": {}}
    return SimpleNamespace(text=text, kind=kind, effect=effect, **(defaults | parts))


def _prediction(label: Text, likelihood: float) -> SimpleNamespace:
    reason = Text(
        zh="示例依据：示例规定要求示例单位每年做一次示例检查。",
        en="Sample reason: a sample rule asks sample organisations for a sample check every year.",
    )
    against = Text(zh="示例：规模较小时需求会推后。", en="Sample: small organisations put this off.")
    change = Text(
        zh="如果已经在去年完成，可能性会降低。", en="If it was done last year, it becomes less likely."
    )
    bought = Text(zh="示例采购公告：示例系统升级", en="Sample tender: upgrade of a sample system")
    fact = _reason(bought, "fact", 0.9, href="/styleguide")
    return SimpleNamespace(
        label=label,
        likelihood=likelihood,
        reasons=(
            _reason(reason, "prior", 1.2, regulation="sample", numbers=_WEIGHT),
            fact,
            _reason(against, "comparable", -0.4, numbers={"visibility": 0.3}),
        ),
        public_evidence=fact,
        would_change=(change,),
        confidence="medium",
    )


def _need(zh: str, en: str) -> SimpleNamespace:
    return SimpleNamespace(slug="sample", title=Text(zh=zh, en=en))


def sample_context() -> dict[str, Any]:
    """Everything `styleguide.html` asks for; nothing here is data."""
    return {
        "lines": (
            _line("示例市第一人民医院", level=Text(zh="三级甲等", en="Grade 3A")),
            _line("示例县示例局", provenance="derived", why=Text(zh="简称“示例局”", en="Short: “示例局”")),
            _line(_LONG_NAME, place=None),
        ),
        "needs": (
            (
                _need("示例需求一：系统整改与测评", "Sample need one: repairs"),
                _prediction(Text(zh="示例：很高", en="Sample: high"), 0.92),
            ),
            (
                _need("示例需求二", "Sample need two"),
                _prediction(Text(zh="示例：较高", en="Sample: fair"), 0.64),
            ),
            (
                _need("示例需求三", "Sample need three"),
                _prediction(Text(zh="示例：很低", en="Sample: low"), 0.08),
            ),
        ),
        "regulations": (
            SimpleNamespace(
                slug="sample",
                title=Text(zh="示例管理办法", en="Sample Measures"),
                number=Text(zh="示例〔2000〕1号", en="Sample No. 1 (2000)"),
            ),
            SimpleNamespace(slug="sample", title=Text(zh="示例技术规范", en="Sample standard"), number=None),
        ),
    }
