"""Files with many rows, sent in parts: what was sent already is known when the command is run again."""
