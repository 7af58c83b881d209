"""The text made from HTML: what a reader sees, in its lines, with the addresses that links lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.plain_text import plain_text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<h1>Hello</h1>\n\n  <div>a\n b</div><div>c</div>", "Hello\n\na b\n\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ('<a href="https://shop.example">Shop</a> now', "Shop (https://shop.example) now"),
        ('<a href="https://shop.example">https://shop.example</a>', "https://shop.example"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ('<a href="https://shop.example"><img src="x.png"></a>', "https://shop.example"),
        ('<a href="https://shop.example"><img src="x.png" alt="Our shop"></a>', "Our shop (https://shop.example)"),
        ('<a href="#top">Top</a> <a>nothing</a>', "Top nothing"),
        ("a &amp; b &lt;c&gt; &euro;&nbsp;5", "a & b <c> € 5"),
        ("<head><title>T</title><style>p {color: red}</style></head><p>Seen</p>", "Seen"),
        ("<!-- no --><!--[if mso]><p>no</p><![endif]--><script>no()</script>yes", "yes"),
        ("</a></style>still <b>here", "still here"),
    ],
)
def test_a_reader_finds_the_words_and_where_links_lead(html: str, text: str) -> None:
    assert plain_text_of(html) == text


@pytest.mark.parametrize("html", ["", "  ", "<p>&nbsp;</p>", '<img src="x.png">', "<style>p {}</style>"])
def test_html_without_words_has_no_text(html: str) -> None:
    assert plain_text_of(html) is None


@given(st.text("<>/&;=!-[]\"' ahrefliscrpt\n", max_size=200))
def test_no_html_is_too_broken_for_it(html: str) -> None:
    text = plain_text_of(html)

    assert text is None or text.strip() == text != ""
