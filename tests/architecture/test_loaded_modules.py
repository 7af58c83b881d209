"""What a function loads when it starts: a cold start waits for all of it, and somebody waits for collect's."""

import subprocess
import sys

from local.places import ROOT

OURS = {
    "signalbox.adapters.cached_partners",
    "signalbox.adapters.clock",
    *(
        f"signalbox.adapters.dynamodb.{name}"
        for name in (
            "client", "connections", "contacts", "credentials", "events", "faults", "held_events", "identities",
            "keys", "partners", "quarantine", "signing", "table", "values",
        )
    ),
    "signalbox.collect_routes",
    "signalbox.config",
    *(
        f"signalbox.domain.{name}"
        for name in ("contacts", "errors", "events", "identities", "partners", "quarantine", "submissions")
    ),
    "signalbox.http",
    "signalbox.observability",
    "signalbox.services.identification",
    "signalbox.services.ingestion",
    *(
        f"signalbox.wire.{name}"
        for name in (
            "addresses", "checks", "coercions", "collect", "credentials", "fields", "json_body", "normal_forms",
            "properties", "reasons", "shapes", "traits",
        )
    ),
}  # fmt: skip


def _loaded_by_collect() -> set[str]:
    code = "import sys; before = set(sys.modules); import functions.collect.app; print(*(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    return set(answer.stdout.split())


def test_collect_loads_what_an_event_needs_and_nothing_else_of_ours() -> None:
    packages = {"signalbox", *(name.rpartition(".")[0] for name in OURS)}

    assert {name for name in _loaded_by_collect() if name.startswith("signalbox")} == OURS | packages | {
        "signalbox.adapters",
    }


def test_collect_loads_one_library_and_none_of_pythons_slow_modules() -> None:
    loaded = _loaded_by_collect()

    installed = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert installed == {"functions", "signalbox", "simplejson"}
    assert not loaded & {"asyncio", "email", "http.client", "ssl", "urllib.request", "uuid", "zoneinfo"}


def test_admin_loads_what_is_heavy_only_for_what_needs_it() -> None:
    code = "import sys; import functions.admin.app; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)

    loaded = {name.partition(".")[0] for name in answer.stdout.split()}
    assert not loaded & {"boto3", "botocore", "duckdb", "sqlglot", "jinja2", "babel", "mjml", "css_inline"}
