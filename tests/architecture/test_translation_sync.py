"""The English catalogue holds what the templates say, no more and no less."""

from app.web.translation import ENGLISH
from app.web.translation_sync import synchronised


def test_the_catalogue_is_in_line_with_the_templates() -> None:
    assert ENGLISH.read_text("utf-8") == synchronised(), "run: python -m app.web.translation_sync"
