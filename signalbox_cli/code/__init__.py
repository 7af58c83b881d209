"""Triggers and flows as files in git: reading and writing a directory, comparing it with what stands, applying it."""
