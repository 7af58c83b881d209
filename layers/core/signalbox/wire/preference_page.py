"""The page behind an unsubscribe link, and what its form and a mail program's one click ask for.

The page runs no script, loads nothing and names nobody in full; what a partner chose, its name, is escaped.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
from html import escape
from string import Template
from urllib.parse import parse_qs

FIELD = "wish"

_LONGEST_FORM = 1024  # of the page's own form nothing is longer


class Wish(StrEnum):
    """What a POST asks for."""

    UNSUBSCRIBE = "unsubscribe"
    RESUBSCRIBE = "resubscribe"


def wish_of(body: bytes) -> Wish:
    """Read a form; all but the page's undo button unsubscribes.

    A mail program posts `List-Unsubscribe=One-Click` in one of two encodings (RFC 8058, section 3.2), and whoever
    posts something else to the link of their message does not want more of them either.
    """
    fields = parse_qs(body[:_LONGEST_FORM].decode("ascii", "replace"))
    return Wish.RESUBSCRIBE if fields.get(FIELD) == [Wish.RESUBSCRIBE] else Wish.UNSUBSCRIBE


def ask_page(shop: str, address: str) -> str:
    """Write the page that asks whether to unsubscribe."""
    told = f"No more e-mails from {shop} to {address}?"
    return _page("Unsubscribe", told, Wish.UNSUBSCRIBE, "Unsubscribe")


def done_page(shop: str, address: str) -> str:
    """Write the page that says that somebody is unsubscribed, and lets them take it back."""
    told = f"{address} gets no more e-mails from {shop}."
    return _page("You are unsubscribed", told, Wish.RESUBSCRIBE, "That was a mistake: subscribe again")


def back_page(shop: str, address: str) -> str:
    """Write the page that says that somebody is subscribed again."""
    told = f"{address} gets e-mails from {shop} again."
    return _page("You are subscribed again", told, Wish.UNSUBSCRIBE, "Unsubscribe")


def unknown_page() -> str:
    """Write the page for a link that is none of ours: always the same."""
    told = "This link is not complete or not ours. Please open it from the e-mail again, all of it."
    return _FRAME.substitute(style=_STYLE, title="Link not found", told=told, form="")


def busy_page() -> str:
    """Write the page that asks to try again."""
    told = "That did not work this time. Please try again in a moment."
    return _FRAME.substitute(style=_STYLE, title="Please try again", told=told, form="")


def page_headers() -> Mapping[str, str]:
    """Give what keeps the page from being stored, framed, found, or told of to another site."""
    return {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }


def _page(title: str, told: str, wish: Wish, button: str) -> str:
    form = _FORM.substitute(field=FIELD, wish=wish.value, button=escape(button))
    return _FRAME.substitute(style=_STYLE, title=escape(title), told=escape(told), form=form)


_STYLE = (
    "body{margin:0;padding:2rem 1rem;font:1.125rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff}"
    "main{max-width:34rem;margin:0 auto}"
    "p{overflow-wrap:anywhere}"
    "button{font:inherit;padding:.75rem 1.25rem;border:0;border-radius:.25rem;color:#fff;background:#1a4fa0}"
    "button:focus-visible{outline:3px solid #1a1a1a;outline-offset:3px}"
)
_STYLE_DIGEST = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_FRAME = Template(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>$title</title>\n<style>$style</style>\n</head>\n"
    "<body>\n<main>\n<h1>$title</h1>\n<p>$told</p>\n$form</main>\n</body>\n</html>\n"
)
_FORM = Template(
    '<form method="post">\n<input type="hidden" name="$field" value="$wish">\n'
    '<button type="submit">$button</button>\n</form>\n'
)
