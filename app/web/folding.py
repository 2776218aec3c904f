"""Translates the fixed texts of a template when it is compiled, not each time it is shown.

A page of the product holds hundreds of them; calling gettext for each took a third of the rendering time.
"""

from collections.abc import Iterable

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from app.web.translation import gettext

# The tokens of {{ _("…") }}, nothing more and nothing less.
_SHAPE = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")


class FoldedTexts(Extension):
    """Needs `text_language` on the environment."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            folded = self._fixed_text(tokens, at)
            if folded is None:
                yield tokens[at]
                at += 1
            else:
                yield folded
                at += len(_SHAPE)

    def _fixed_text(self, tokens: list[Token], at: int) -> Token | None:
        if tokens[at].type != _SHAPE[0] or at + len(_SHAPE) > len(tokens):
            return None
        found = tokens[at : at + len(_SHAPE)]
        if tuple(token.type for token in found) != _SHAPE or found[1].value != "_":
            return None
        language = self.environment.text_language  # type: ignore[attr-defined]
        return Token(found[0].lineno, "data", gettext(language, found[3].value) % {})
