"""One outside thing a file or folder; the only place for boto3, duckdb, Jinja2 and sockets."""
