"""An e-mail as the bytes that leave: RFC 5322 and MIME, in ASCII, written by the standard library.

Written here and not by the provider, so that what is tested is what is sent.
"""

import re
import secrets
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage as MimeMessage
from email.policy import SMTP, Policy
from typing import Any

import idna

from signalbox.adapters.plain_text import plain_text_of
from signalbox.domain.errors import Rejected
from signalbox.domain.messages import EmailMessage

ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058, section 3.1

_LONGEST_LINE = 998  # RFC 5322, section 2.1.1
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+")


class _AsItIs(BaseHeader):
    """A header that is never folded: the library would write a long address in encoded words, which nobody reads."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value for what it is, as the library asks of a kind of header."""
        kwds |= {"decoded": value, "parse_tree": UnstructuredHeader.value_parser(value)}

    def fold(self, *, policy: "Policy[Any]") -> str:
        """Write the line."""
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    """Makes the class of a header once, where the library makes one for each header of each message."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """Give the class by the header's name."""
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_HEADERS = _Headers()
_HEADERS.map_to_type("list-unsubscribe", _AsItIs)
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS, max_line_length=76)  # RFC 2047, section 2


def mime_of(message: EmailMessage, sender_address: str) -> bytes:
    """Write the message; raises Rejected for what would add a header or a recipient, or reach nobody."""
    _refuse_injection(message)
    mime = MimeMessage(policy=_POLICY)
    mime["From"] = Address(message.from_name or "", addr_spec=sender_address)
    mime["To"] = Address(addr_spec=address_of(message))
    mime["Subject"] = message.subject
    if message.unsubscribe_url is not None:
        mime["List-Unsubscribe"] = _in_brackets(message.unsubscribe_url)
        mime["List-Unsubscribe-Post"] = ONE_CLICK
    _fill(mime, message.text, message.html)
    return mime.as_bytes()


def _fill(mime: MimeMessage, text: str | None, html: str | None) -> None:
    """Put the text before the HTML, as RFC 2046 orders alternatives; HTML alone where there are no words in it."""
    if html is None:
        mime.set_content(text or "")
        return
    written = text if text is not None else plain_text_of(html)
    if written is None:
        mime.set_content(html, subtype="html")
        return
    mime.set_content(written)
    # Left to itself the library looks through both parts for its boundary; 128 random bits are in neither.
    mime.make_alternative(secrets.token_hex(16))
    mime.add_alternative(html, subtype="html")


def address_of(message: EmailMessage) -> str:
    """Give the recipient's address in ASCII; raises Rejected where there is none (SES knows no SMTPUTF8)."""
    if not _PLAIN_ADDRESS.fullmatch(message.to):
        raise Rejected("the address is not one plain address")
    local_part, _, domain = message.to.rpartition("@")
    if not local_part.isascii():
        raise Rejected("the address has letters before its @ that mail servers are not bound to take")
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
        return Address(addr_spec=f"{local_part}@{ascii_domain}").addr_spec
    except (ValueError, MessageError):
        raise Rejected("the address has a form that no server takes") from None


def _refuse_injection(message: EmailMessage) -> None:
    """Keep whoever fills a header from adding another header or another recipient."""
    if _CONTROL.search(message.subject):
        raise Rejected("the subject holds a line break or another control character")
    if _CONTROL.search(message.from_name or ""):
        raise Rejected("the sender's name holds a line break or another control character")


def _in_brackets(url: str) -> str:
    value = f"<{url}>"
    if not value.isascii() or not value.isprintable() or " " in value or len(value) + 30 > _LONGEST_LINE:
        raise Rejected("the unsubscribe address fits into no header")
    return value
