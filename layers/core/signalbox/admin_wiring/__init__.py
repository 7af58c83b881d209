"""What the admin function's routes are made of, area by area: the greater part of its app.py, which alone loads it."""
