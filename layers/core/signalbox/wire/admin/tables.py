"""What queries may read, for the panel beside an editor: each column with its type and a sentence."""

from signalbox.wire.admin.base import Wire


class Column(Wire):
    """A column."""

    name: str
    type: str
    words: str


class QueryTable(Wire):
    """A table."""

    name: str
    words: str
    columns: list[Column]


class QueryTables(Wire):
    """All that a query may read."""

    items: list[QueryTable]


def _table(name: str, words: str, *columns: tuple[str, str, str]) -> QueryTable:
    return QueryTable(
        name=name, words=words, columns=[Column(name=each, type=kind, words=told) for each, kind, told in columns]
    )


TABLES = QueryTables(
    items=[
        _table(
            "event_triggers",
            "The events received in the window and the look-back before it; of those with one name the earliest.",
            ("identity", "VARCHAR", "Who the event is about, an e-mail address; null while nobody is known."),
            ("identity_type", "VARCHAR", "`email` where there is an identity."),
            ("ts", "TIMESTAMP", "When it was received, UTC; what the window is about."),
            ("event_type", "VARCHAR", "The predefined event's name, or `custom_` and the custom event's."),
            ("event_id", "VARCHAR", "The event's name."),
            ("event_raw", "JSON", "The event as it was sent."),
            ("event_name", "VARCHAR", "The event's own name, without `custom_`."),
            ("client_id", "VARCHAR", "The device or session that it came from."),
            ("user_id", "VARCHAR", "The person's key at the partner's; null where none was sent."),
            ("email", "VARCHAR", "The address as it was sent, or as an identify gave it."),
            ("properties", "JSON", "The event's properties; of a custom event the inner ones."),
            ("traits", "JSON", "What the event says of the person."),
            ("context", "JSON", "Where the event came from."),
            ("occurred_at", "TIMESTAMP", "When it happened, by the sender's clock corrected."),
            ("sent_at", "TIMESTAMP", "When it was sent, by the sender's clock."),
            ("received_at", "TIMESTAMP", "The same as `ts`."),
        ),
        _table(
            "contacts",
            "The people in the loaded window.",
            ("identity", "VARCHAR", "The address."),
            ("traits", "JSON", "The stored profile."),
        ),
    ]
)
