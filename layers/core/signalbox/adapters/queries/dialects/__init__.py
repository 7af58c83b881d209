"""Other dialects' SQL turned into DuckDB's with the answer unchanged, or refused with the construct named.

An allow-list again: what no rule here knows is not translated by its name alone, since many functions have
the same name in two dialects and another meaning.
"""
