"""Rules and values; standard library only: no clock, no environment, no I/O."""
