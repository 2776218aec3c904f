"""Filling in a form of a page again: that form alone, with what was typed and nothing else."""

import re

import pytest

from app.web.keeping import SECRETS, Kept
from app.web.refilling import refilled
from app.web.templating import environment, template_names

NOTE = "<p>note</p>"


def form(inside: str, *, action: str = "/act", hidden: str = "") -> str:
    told = f'<input type="hidden" name="csrf" value="t"><input type="hidden" name="on" value="{hidden}">'
    return f'<form method="post" action="{action}">{told if hidden else ""}{inside}</form>'


def filled(page: str, *fields: tuple[str, str], action: str = "/act") -> str | None:
    return refilled(page, Kept(action, "", fields), NOTE)


@pytest.mark.parametrize(
    ("inside", "fields", "becomes"),
    [
        ('<input name="a">', [("a", '1" & <2>')], '<input name="a" value="1&quot; &amp; &lt;2&gt;">'),
        ('<input name="a" value="old">', [("a", "")], '<input name="a" value="">'),
        ('<input name="a"><input name="a">', [("a", "1"), ("a", "2")],
         '<input name="a" value="1"><input name="a" value="2">'),
        ('<textarea name="a">\nold &amp; </textarea>', [("a", "\n</textarea>")],
         '<textarea name="a">\n\n&lt;/textarea&gt;</textarea>'),
        ('<input type="checkbox" name="a" value="x" checked>', [("b", "y")],
         '<input type="checkbox" name="a" value="x">'),
        ('<input type="checkbox" name="a" value="x"><input type="checkbox" name="a" value="y">', [("a", "y")],
         '<input type="checkbox" name="a" value="x"><input type="checkbox" name="a" value="y" checked="">'),
        ('<input type="radio" name="a" value="x" checked><input type="radio" name="a" value="y">',
         [("a", "y")],
         '<input type="radio" name="a" value="x"><input type="radio" name="a" value="y" checked="">'),
        ('<select name="a"><option value="x" selected>X<option value="y">Y</select>', [("a", "y")],
         '<select name="a"><option value="x">X<option value="y" selected="">Y</select>'),
        ('<select name="a"><option value="x" selected>X</select>', [("a", "gone")],
         '<select name="a"><option value="" selected></option><option value="x">X</select>'),
        ('<input type="password" name="a"><button name="a" value="no">', [("a", "1")],
         '<input type="password" name="a"><button name="a" value="no">'),
        ('<input name="code"><input type="hidden" name="key" value="new">', [("code", "1"), ("key", "old")],
         '<input name="code"><input type="hidden" name="key" value="old">'),
        ("", [("a", "nothing to put it into")], ""),
    ],
)  # fmt: skip
def test_each_kind_of_field_holds_what_was_typed(
    inside: str, fields: list[tuple[str, str]], becomes: str
) -> None:
    other = form('<input name="a"><textarea name="a"></textarea>', action="/other")
    page = f"<h1>页面\n</h1>{other}\n<script>'<form>'</script>{form(inside)}{other}"
    assert filled(page, *fields) == page.replace(form(inside), form(NOTE + becomes))


def test_it_is_the_form_about_the_same_thing_and_what_folds_it_away_is_opened() -> None:
    one, two = [form('<input name="a">', hidden=name) for name in ("one", "two")]
    page = f"<details><p></details><details class=d>{one}</details><details>{two}</details>"
    found = filled(page, ("on", "two"), ("a", "1"))
    assert found is not None
    assert found.startswith(f'<details><p></details><details class=d>{one}</details><details open="">')
    assert found.count(NOTE) == found.count('value="1"') == 1
    assert filled(page, ("on", "three"), ("a", "1")) is None
    assert filled(page, ("on", "two"), ("a", "1"), action="/other") is None
    assert filled(page.replace('"post"', '"get"'), ("on", "two"), ("a", "1")) is None


def test_whatever_our_forms_ask_secrets_in_is_known_as_one() -> None:
    macros = re.compile(r'(?:password_field|code_field)\("[^"]+", "(\w+)"')
    plain = re.compile(r"<input(?=[^>]*(?:type=\"password\"|one-time-code))[^>]* name=\"([a-z]+)\"")
    loader = environment("zh").loader
    assert loader is not None
    texts = [loader.get_source(environment("zh"), name)[0] for name in template_names()]
    asked = {name for text in texts for pattern in (macros, plain) for name in pattern.findall(text)}
    assert {"password", "code"} <= asked <= SECRETS
