"""Signalbox: take in events about customers, find the ones that matter, and message each person once."""
