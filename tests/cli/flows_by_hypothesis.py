"""Flows and triggers of any shape that a draft may have."""

from typing import Any

from hypothesis import strategies as st

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
_LINES = st.lists(st.one_of(_TEXT, st.sampled_from(["", " ", "\t", "- a: b", "# no", "'", '"', "\r", "on", "22:00"])))
TEXTS = st.one_of(_TEXT, _LINES.map("\n".join))
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)
_IDS = st.sampled_from(["a", "A", "the other", "é"])
_SECONDS = st.integers(0, 10**6)


REFERENCES = st.sampled_from(["VIP", "on", "22:00", "é", "the shop"])
"""How flows name segments and destinations, here by name."""


def _optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


_EMAILS = st.fixed_dictionaries(
    {"channel": st.just("email"), "subject": TEXTS},
    optional={
        "text": _optional(TEXTS),
        "html": _optional(st.one_of(TEXTS, TEXTS.map(lambda text: f"<mjml>{text}</mjml>"))),
        "fromName": _optional(TEXTS),
    },
)
_OTHERS = st.one_of(
    st.fixed_dictionaries({"channel": st.just("webhook"), "destinationId": REFERENCES, "data": TEXTS}),
    st.fixed_dictionaries({"channel": st.just("sms"), "text": TEXTS}, optional={"trait": NAMES}),
    st.fixed_dictionaries(
        {"channel": st.just("push"), "title": TEXTS, "text": TEXTS},
        optional={"values": st.dictionaries(NAMES, TEXTS, max_size=2), "trait": NAMES},
    ),
)
CONTENTS = st.one_of(_EMAILS, _OTHERS)
_BRANCHES = st.fixed_dictionaries(
    {},
    optional={
        "ordered": st.lists(
            st.fixed_dictionaries({"name": TEXTS, "condition": TEXTS}, optional={"contentId": _optional(_IDS)}),
            max_size=3,
        ),
        "default": _optional(st.fixed_dictionaries({}, optional={"name": TEXTS, "contentId": _optional(_IDS)})),
    },
)
_EXPERIMENTS = st.fixed_dictionaries(
    {
        "experimentId": TEXTS,
        "variants": st.lists(
            st.fixed_dictionaries(
                {"variantId": TEXTS, "weight": st.integers(0, 100)}, optional={"contentId": _optional(_IDS)}
            ),
            max_size=3,
        ),
    },
    optional={
        "holdoutPercent": st.integers(0, 100),
        "goal": _optional(st.fixed_dictionaries({"eventType": TEXTS, "attributionSeconds": _SECONDS})),
    },
)
_CLOCKS = st.times().map(lambda at: at.isoformat("minutes"))
_QUIET_HOURS = st.fixed_dictionaries(
    {"start": _CLOCKS, "end": _CLOCKS},
    optional={"weekdays": st.lists(st.integers(0, 6), unique=True), "mode": st.sampled_from(["hold", "drop"])},
)
_WAITS = st.fixed_dictionaries(
    {"delaySeconds": _SECONDS},
    optional={"exitCondition": _optional(st.fixed_dictionaries({"sql": TEXTS}, optional={"key": TEXTS}))},
)
FLOWS = st.fixed_dictionaries(
    {"name": NAMES, "content": CONTENTS},
    optional={
        "contents": st.dictionaries(_IDS, CONTENTS, max_size=3),
        "segmentFilter": st.fixed_dictionaries(
            {},
            optional={
                "mode": st.sampled_from(["exclude", "include_any", "include_all"]),
                "segmentIds": st.lists(REFERENCES, max_size=3),
            },
        ),
        "branches": _BRANCHES,
        "experiment": _optional(_EXPERIMENTS),
        "reEntry": st.fixed_dictionaries(
            {}, optional={"entries": _optional(_SECONDS), "periodSeconds": _optional(_SECONDS)}
        ),
        "quietHours": _optional(_QUIET_HOURS),
        "wait": _optional(_WAITS),
        "isTransactional": st.booleans(),
    },
)
"""Flows without their trigger, as the API takes them."""

_PATHS = st.fixed_dictionaries({"root": st.just("properties"), "names": st.lists(NAMES, min_size=1, max_size=2)})
_CONDITIONS = st.fixed_dictionaries({"path": _PATHS, "comparison": st.just("equals"), "value": NAMES})
RECIPES = st.fixed_dictionaries(
    {
        "kind": st.just("event"),
        "events": st.fixed_dictionaries(
            {
                "eventTypes": st.lists(st.sampled_from(["add_to_cart", "view"]), min_size=1, unique=True),
                "where": _optional(
                    st.fixed_dictionaries(
                        {
                            "joint": st.sampled_from(["all", "any"]),
                            "members": st.lists(_CONDITIONS, min_size=1, max_size=3),
                        }
                    )
                ),
            }
        ),
    }
)
TRIGGERS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "sql": TEXTS,
        "dialect": st.sampled_from(["duckdb", "postgres"]),
        "lookbackSeconds": _SECONDS,
        "maxEventAgeSeconds": _SECONDS,
        "recipe": _optional(RECIPES),
    },
)
"""Triggers as the API takes them."""

BLOCKS = st.fixed_dictionaries(
    {"name": st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,9}", fullmatch=True), "template": TEXTS}
)
"""Content blocks."""

SEGMENTS = st.one_of(
    st.fixed_dictionaries({"name": REFERENCES, "kind": st.just("list")}),
    st.fixed_dictionaries(
        {"name": REFERENCES, "kind": st.just("rule"), "condition": st.one_of(TEXTS, st.just("a.b ==\n'x'"))}
    ),
)
"""Segments as the API takes them."""

DESTINATIONS = st.fixed_dictionaries(
    {"name": REFERENCES, "url": st.one_of(TEXTS, st.just("https://hooks.shop.example/?a=b#c"))},
    optional={"batchSize": st.integers(1, 1000)},
)
"""Destinations as the API takes them."""
