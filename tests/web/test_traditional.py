"""Only what is read is converted; what goes back to the server or was typed is not."""

import pytest

from app.web import traditional
from app.web.templating import compile_all
from app.web.traditional import page_to_traditional


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>网络安全</p>", "<p>網絡安全</p>"),
        ('<a href="/lookup?q=网络" title="网络">网络</a>', '<a href="/lookup?q=网络" title="網絡">網絡</a>'),
        ('<option value="广东省">广东省</option>', '<option value="广东省">廣東省</option>'),
        (
            '<input name="q" value="网络" placeholder="网络">',
            '<input name="q" value="网络" placeholder="網絡">',
        ),
        ("<textarea>网络</textarea><p>网络</p>", "<textarea>网络</textarea><p>網絡</p>"),
        ('<p translate="no">网<b>络</b></p>网', '<p translate="no">网<b>络</b></p>網'),
        (
            '<span translate="no"><span>网</span>网</span>网',
            '<span translate="no"><span>网</span>网</span>網',
        ),
        ('<input translate="no"><b>网</b>', '<input translate="no"><b>網</b>'),
        ("网络 &lt;b&gt; 网络", "網絡 &lt;b&gt; 網絡"),
        ("plain", "plain"),
        ('<p title="网" aria-label="络">络</p>网', '<p title="網" aria-label="絡">絡</p>網'),
        (
            "<p>\ue000</p>网<b>络</b>",
            "<p>\ue000</p>網<b>絡</b>",
        ),  # the mark used between texts, typed by somebody
        ("头<b>发</b>", "頭<b>發</b>"),  # 头发 is one word, but these are two texts
    ],
)
def test_page_to_traditional(html: str, expected: str) -> None:
    assert page_to_traditional(html) == expected


def test_the_conversion_is_loaded_for_the_first_who_reads_it() -> None:
    """It takes more memory than everything else that a serving process could do without."""
    traditional._converter.cache_clear()
    compile_all()
    assert traditional._converter.cache_info().currsize == 0
    assert page_to_traditional("<p>网</p>") == "<p>網</p>"
    assert traditional._converter.cache_info().currsize == 1
