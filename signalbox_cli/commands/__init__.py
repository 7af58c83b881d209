"""The commands, a file for each noun: read what was typed, call the API, show what it answered."""
