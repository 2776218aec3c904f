"""Every text of every template exists in English, and every template compiles."""

from app.web.templating import compile_all, template_names
from app.web.translation import missing_translations


def test_every_text_is_translated() -> None:
    assert missing_translations() == ()


def test_every_template_compiles() -> None:
    compile_all()
    assert "base.html" in set(template_names())
