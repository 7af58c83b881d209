"""The filters that write dates and numbers for people, over what events hold."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.places import ROOT
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import SkipReason
from signalbox.domain.messages import EmailMessage
from tests.fakes.others import FakeClock

NAMES: dict[str, Any] = {
    "event": {
        "at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        "iso": "2026-03-01T23:30:00Z",
        "offset": "2026-03-02T00:30:00+01:00",
        "naive": "2026-03-01 23:30:00.5",
        "day": "2026-03-01",
        "seconds": 1772407800,
        "milliseconds": 1772407800000,
        "fraction": Decimal("1772407800.25"),
        "price": Decimal("1234567.891"),
        "text": "1234.5",
        "none": None,
        "long": "1" * 50,
        "odd": "yesterday",
        "huge": Decimal("1E+999999"),
    },
}
MANY_LOCALES = """
{% for locale in ['cs', 'da', 'de', 'el', 'es', 'fi', 'fr', 'hu', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk',
                  'sv', 'th', 'tr', 'uk', 'vi', 'zh'] %}{{ now() | format_date(locale=locale) }}{% endfor %}
"""
RENDERER = JinjaRenderer()


def ending_of(source: str) -> ContentProblem | str | None:
    rendered = RENDERER.render(EmailContent("s", text=source), NAMES, "ana@example.org")
    return rendered.text if isinstance(rendered, EmailMessage) else rendered


@pytest.mark.parametrize("name", ["at", "iso", "offset", "naive", "seconds", "milliseconds", "fraction"])
def test_an_instant_is_read_however_an_event_writes_it(name: str) -> None:
    written = ending_of("{{ event." + name + " | format_datetime('yyyy-MM-dd HH:mm', zone='Europe/Prague') }}")

    assert written == "2026-03-02 00:30"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ event.at | format_date }}", "Mar 1, 2026"),
        ("{{ event.at | format_date('full', locale='cs', zone='Europe/Prague') }}", "pondělí 2. března 2026"),
        ("{{ event.at | format_date('d. M.', locale='cs-CZ') }}", "1. 3."),
        ("{{ event.day | format_date(zone='America/New_York') }}", "Mar 1, 2026"),
        ("{{ event.day | format_datetime('HH:mm') }}", "00:00"),
        ("{{ event.at | format_time('HH:mm', zone='Asia/Tokyo') }}", "08:30"),
        ("{{ event.at | format_time('short', locale='de') }}", "23:30"),
        ("{{ event.price | format_decimal }}", "1,234,567.891"),
        ("{{ event.price | format_decimal('#,##0.00', locale='de') }}", "1.234.567,89"),
        ("{{ event.text | format_number(locale='cs') }}", "1\u00a0234,5"),
        ("{{ event.price | format_currency }}", "$1,234,567.89"),
        ("{{ event.price | format_currency('EUR', locale='de') }}", "1.234.567,89\u00a0€"),
        ("{{ event.price | format_currency('JPY', locale='ja') }}", "￥1,234,568"),
        ("{{ -5 | format_currency('USD', format_type='accounting') }}", "($5.00)"),
        ("{{ 5 | format_currency('EUR', '#,##0 ¤', locale='de') }}", "5 €"),
        ("{{ [1, 2.5] | map('format_currency', 'EUR') | join(' ') }}", "€1.00 €2.50"),
    ],
)
def test_dates_and_numbers_are_written_as_a_locale_does(source: str, text: str) -> None:
    assert ending_of(source) == text


def test_now_is_the_clocks() -> None:
    renderer = JinjaRenderer(FakeClock(datetime(2026, 3, 1, 12, 0, tzinfo=UTC)))

    rendered = renderer.render(
        EmailContent("{{ now() | format_date }}", text="{{ now().year }}"), NAMES, "a@example.org"
    )

    assert isinstance(rendered, EmailMessage)
    assert (rendered.subject, rendered.text) == ("Mar 1, 2026", "2026")


@pytest.mark.parametrize(
    "source",
    [
        "{{ event.missing | format_date }}",
        "{{ event.missing | format_currency('EUR') }}",
        "{{ event.at | format_datetime(zone=event.missing) }}",
        "{{ event.at | format_datetime(locale=event.missing) }}",
    ],
)
def test_a_missing_value_is_named(source: str) -> None:
    assert ending_of(source) == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "event.missing")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ event.odd | format_date }}", "expected an instant as ISO 8601 writes it"),
        ("{{ true | format_date }}", "expected an instant"),
        ("{{ [] | format_date }}", "expected an instant"),
        ("{{ 10 ** 30 | format_datetime }}", None),
        ("{{ event.huge | format_datetime }}", None),
        ("{{ event.odd | format_currency('EUR') }}", "expected a number"),
        ("{{ event.long | format_decimal }}", "expected a short text"),
        ("{{ event.huge | format_decimal }}", "a number is too large"),
        ("{{ '1E999' | format_decimal }}", "a number is too large"),
        ("{{ event.at | format_date(locale='xx') }}", "there is no such locale"),
        ("{{ event.at | format_date(locale='../../etc') }}", "there is no such locale"),
        ("{{ event.at | format_date(zone='Nowhere/Else') }}", "there is no such time zone"),
        ("{{ event.at | format_date(zone='../../etc/passwd') }}", "there is no such time zone"),
        ("{{ event.at | format_date(zone='/etc/passwd') }}", "there is no such time zone"),
        ("{{ event.at | format_date(zone='Europe') }}", "there is no such time zone"),
        ("{{ event.at | format_date('y' * 60000) }}", "a pattern is too long"),
        ("{{ 1 | format_decimal('0' * 60000) }}", "a pattern is too long"),
        ("{% for _ in range(99999) %}{% set x = now() | format_datetime %}{% endfor %}", "it takes too long or "),
        (MANY_LOCALES, "it takes too long or "),
    ],
)
def test_what_cannot_be_written_is_a_problem_in_words(source: str, fault: str | None) -> None:
    problem = ending_of(source)

    assert isinstance(problem, ContentProblem)
    assert problem.reason is SkipReason.CONTENT_ERROR
    assert fault is None or problem.detail.startswith(f"text: {fault}")


def test_babel_is_loaded_by_the_message_that_needs_it_and_the_compilers_never() -> None:
    program = """
import sys
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contents import EmailContent
render = JinjaRenderer().render
render(EmailContent("s", text="{{ 1 }}{% if false %}{{ 1 | format_number }}{% endif %}"), {}, "a@example.org")
before = {"babel", "mjml", "css_inline"} & set(sys.modules)
render(EmailContent("s", text="{{ 1 | format_number }}"), {}, "a@example.org")
print(sorted(before), sorted({"babel", "mjml", "css_inline"} & set(sys.modules)))
"""

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[] ['babel']"
