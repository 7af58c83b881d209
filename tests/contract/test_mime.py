"""E-mails as bytes, read by two readers that are not ours: the standard library's and mail-parser's."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage as MimeMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any

import mailparser  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.mime import ONE_CLICK, mime_of
from signalbox.domain.messages import EmailMessage

SENDER = "news@shop.example"
URL = "https://api.example/u/" + "aB3-_" * 80 + ".0123456789abcdef"
MESSAGE = EmailMessage(
    to="ana@example.org",
    subject="Grüße",
    text="Hallo Änne",
    html="<p>Hallo <b>Änne</b></p>",
    from_name="Shop",
    unsubscribe_url=URL,
)
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
BODY = st.text(st.characters(exclude_categories=["Cs"]), max_size=2000)


def read(message: EmailMessage) -> MimeMessage:
    return message_from_bytes(mime_of(message, SENDER), MimeMessage, policy=default)


def read_by_mail_parser(message: EmailMessage) -> Any:
    return mailparser.parse_from_bytes(mime_of(message, SENDER))


def test_the_standard_library_reads_every_part_without_a_defect() -> None:
    parsed = read(MESSAGE)

    parts = list(parsed.iter_parts())
    assert parsed.defects == [defect for part in parts for defect in part.defects] == []
    assert (parsed["From"], parsed["To"], parsed["Subject"]) == ("Shop <news@shop.example>", "ana@example.org", "Grüße")
    assert parsed.get_content_type() == "multipart/alternative"
    assert [(part.get_content_type(), part.get_content()) for part in parts] == [
        ("text/plain", "Hallo Änne\r\n"),
        ("text/html", "<p>Hallo <b>Änne</b></p>\r\n"),
    ]


def test_mail_parser_reads_the_same() -> None:
    parsed = read_by_mail_parser(MESSAGE)

    assert not parsed.has_defects
    assert (parsed.from_, parsed.to, parsed.subject) == ([("Shop", SENDER)], [("", "ana@example.org")], "Grüße")
    assert [part.strip() for part in parsed.text_plain] == ["Hallo Änne"]
    assert [part.strip() for part in parsed.text_html] == ["<p>Hallo <b>Änne</b></p>"]
    assert parsed.headers["List-Unsubscribe"] == f"<{URL}>"
    assert parsed.headers["List-Unsubscribe-Post"] == ONE_CLICK


def test_the_unsubscribe_headers_are_on_one_line_each_as_one_click_readers_expect() -> None:
    lines = mime_of(MESSAGE, SENDER).decode("ascii").split("\r\n")

    assert f"List-Unsubscribe: <{URL}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_a_message_without_an_address_to_unsubscribe_has_neither_header() -> None:
    parsed = read(replace(MESSAGE, unsubscribe_url=None))

    assert parsed["List-Unsubscribe"] is parsed["List-Unsubscribe-Post"] is None


def test_what_leaves_is_ascii_in_lines_that_no_server_breaks() -> None:
    sent = mime_of(replace(MESSAGE, text="ä" * 5000, html="<p>" + "€" * 5000), SENDER)

    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "name",
    ["Shop", 'The "best" shop, really; <b>', "Grüße aus München", "店" * 40, "back\\slash", "a@b.example", '"ü", x'],
)
def test_a_senders_name_is_read_back_as_it_was(name: str) -> None:
    sent = mime_of(replace(MESSAGE, from_name=name), SENDER)

    # Read as RFC 2047 has it; the library's newer reader keeps the folds between encoded words as spaces.
    encoded, address = parseaddr(message_from_bytes(sent)["From"])
    assert (str(make_header(decode_header(encoded))), address) == (name, SENDER)


def test_an_encoded_word_is_at_most_75_characters_long() -> None:
    sent = mime_of(replace(MESSAGE, from_name="店" * 60, subject="ß" * 300), SENDER).decode()

    words = re.findall(r"=\?\S+\?=", sent)
    assert words
    assert max(map(len, words)) <= 75


@given(subject=LINE, text=BODY, html=BODY)
def test_no_content_adds_a_header_a_recipient_or_a_part(subject: str, text: str, html: str) -> None:
    parsed = read(replace(MESSAGE, subject=subject, text=text, html=html))

    assert sorted(parsed.keys()) == sorted(
        [
            *("From", "To", "Subject", "MIME-Version", "Content-Type"),
            *("List-Unsubscribe", "List-Unsubscribe-Post"),
        ]
    )
    assert parsed["To"] == "ana@example.org"
    assert len(list(parsed.iter_parts())) == 2


@given(subject=st.text("aäß €=?_.,:;-\"'<>()店", max_size=120).map(str.strip))
def test_a_subject_is_read_back_as_it_was(subject: str) -> None:
    parsed = read(replace(MESSAGE, subject=subject))

    assert " ".join(parsed["Subject"].split()) == " ".join(subject.split())


def test_html_alone_leaves_with_its_text_beside_it() -> None:
    parts = list(read(replace(MESSAGE, text=None)).iter_parts())

    assert [part.get_content() for part in parts] == ["Hallo Änne\r\n", "<p>Hallo <b>Änne</b></p>\r\n"]


def test_text_alone_leaves_alone() -> None:
    parsed = read(replace(MESSAGE, html=None))

    assert (parsed.get_content_type(), parsed.get_content()) == ("text/plain", "Hallo Änne\r\n")


def test_a_picture_alone_leaves_without_an_empty_text() -> None:
    parsed = read(replace(MESSAGE, text=None, html='<img src="https://shop.example/1.png">'))

    assert parsed.get_content_type() == "text/html"


def test_what_parts_the_text_from_the_html_is_drawn_for_each_message() -> None:
    boundaries = {message_from_bytes(mime_of(MESSAGE, SENDER)).get_boundary() for _ in range(10)}

    assert len(boundaries) == 10
