"""Content: Jinja templates in a sandbox, made into messages."""
