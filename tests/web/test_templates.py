"""The shape of every template, and the frame every page stands in."""

import json
import re

import pytest

from app.web.styleguide import sample_context
from app.web.templating import (
    THEMES,
    Theme,
    compile_all,
    environment,
    render,
    template_names,
)
from app.web.translation import PAGE_LANGUAGES, PageLanguage

_NAMES = sorted(template_names())


def _source(name: str) -> str:
    loader = environment("zh").loader
    assert loader is not None
    return loader.get_source(environment("zh"), name)[0]


def _page(language: PageLanguage = "zh", theme: Theme = "auto") -> str:
    context = sample_context()
    return render("styleguide.html", language=language, theme=theme, path="/styleguide?a=1&b=2", **context)


def test_every_template_compiles_in_both_languages() -> None:
    compile_all()


@pytest.mark.parametrize("name", _NAMES)
def test_a_template_declares_its_inputs_and_has_no_inline_code(name: str) -> None:
    source = _source(name)
    assert source.startswith("{#"), "the first lines are a comment that declares the inputs"
    assert re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|\|\s*safe\b", source) is None
    if "{% extends" in source:
        # The frame of an account makes its title of the heading.
        assert re.search(r"\{% block (title|heading) %\}", source)


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_frame_says_language_and_theme(language: PageLanguage, theme: Theme) -> None:
    page = _page(language, theme)
    tag = {"zh": "zh-Hans", "en": "en", "zh-hant": "zh-Hant"}[language]
    assert f'<html lang="{tag}" data-theme="{theme}">' in page
    assert ("css/dark.css" in page) is (theme != "light")
    assert 'name="next" value="/styleguide?a=1&amp;b=2"' in page


def test_english_pages_leave_no_chinese_but_names() -> None:
    text = re.sub(r"</?mark>", "", _page("en"))
    text = re.sub(r"<[^>]*>|示例[^<]*|市第一人民医院|简体中文|繁體中文", "", text)
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_traditional_pages_are_converted() -> None:
    page = _page("zh-hant")
    assert "搜尋框" in page or "搜索框" in page
    assert "組件樣例" in page
    assert "组件样例" not in page


def test_htmx_is_told_never_to_evaluate_or_remember() -> None:
    config = re.search(r"name=\"htmx-config\" content='([^']*)'", _page())
    assert config is not None
    settings = json.loads(config.group(1))
    assert settings["selfRequestsOnly"] is True
    assert settings["historyCacheSize"] == 0
    assert not any(settings[key] for key in ("allowEval", "allowScriptTags", "includeIndicatorStyles"))
