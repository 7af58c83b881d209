"""The routes of the admin function: a table that says of each who may take it, what it takes and what it gives."""
