"""What a trigger's SQL may name; the compiler and the engine's child both hold queries against it.

Source: spec triggers-and-flows, section 1.
"""

EVENT_TABLE = "event_triggers"
TABLES = frozenset({EVENT_TABLE, "contacts"})

TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})
"""Functions that may stand where a table does: they make rows of their arguments alone."""

FORBIDDEN_FUNCTIONS = frozenset({
    "current_query",
    "current_setting",
    "getenv",
    "getvariable",
    "json_deserialize_sql",
    "json_execute_serialized_sql",
    "json_serialize_sql",
    "nextval",
    "pg_sleep",
    "query",
    "query_table",
    "set_config",
    "sleep_ms",
    "write_log",
})  # fmt: skip
"""Functions that reach outside the rows: settings, environment, other SQL, logs, the clock's patience."""

REQUIRED_COLUMNS = ("identity", "event_id")
