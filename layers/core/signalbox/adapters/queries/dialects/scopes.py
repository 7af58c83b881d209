"""Which columns a name may mean at a place in a query, and of what kind they are."""

from dataclasses import dataclass, field, replace

from signalbox.adapters.queries.dialects.kinds import Kind
from signalbox.adapters.queries.rules import EVENT_TABLE

type Columns = list[tuple[str, Kind]]
"""Names in small letters with their kinds; an expression without a name has the name ''."""

_TEXTS = ("identity", "identity_type", "event_type", "event_id", "event_name", "client_id", "user_id", "email")
TABLE_COLUMNS: dict[str, Columns] = {
    EVENT_TABLE: [
        *((name, Kind.TEXT) for name in _TEXTS),
        *((name, Kind.TIMESTAMP) for name in ("ts", "occurred_at", "sent_at", "received_at")),
        *((name, Kind.JSON) for name in ("properties", "traits", "context")),
        ("event_raw", Kind.RAW),
    ],
    "contacts": [("identity", Kind.TEXT), ("traits", Kind.JSON)],
}
"""The tables a query may read (spec: triggers-and-flows, section 1)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The tables, sources and aliases that can be named, its own before those around it."""

    parent: "Scope | None" = None
    tables: dict[str, Columns] = field(default_factory=dict)
    sources: dict[str, Columns] = field(default_factory=dict)
    aliases: dict[str, Kind] = field(default_factory=dict)

    def inner(self) -> "Scope":
        """Open a scope inside this one."""
        return Scope(parent=self)

    def beside(self) -> "Scope":
        """Open a scope for a sub-query in FROM: it sees WITH's tables and not its neighbours."""
        return replace(self, sources={}, aliases={}).inner()

    def table(self, name: str) -> Columns | None:
        """Find a table by its name: WITH's, nearest first, before the product's own."""
        if name in self.tables:
            return self.tables[name]
        return self.parent.table(name) if self.parent else TABLE_COLUMNS.get(name)

    def source(self, name: str) -> Columns | None:
        """Find what stands in FROM by its name."""
        if name in self.sources:
            return self.sources[name]
        return self.parent.source(name) if self.parent else None

    def column(self, name: str) -> Kind | None:
        """Find a column by its bare name: of the sources, then an alias, then of the query around."""
        for columns in self.sources.values():
            for each, kind in columns:
                if each == name:
                    return kind
        if name in self.aliases:
            return self.aliases[name]
        return self.parent.column(name) if self.parent else None
