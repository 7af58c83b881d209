"""Triggers' SQL: checked and translated at commit by sqlglot, run by DuckDB in a child process of its own."""
