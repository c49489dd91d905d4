"""The commands of `cli.py`, one file per noun."""
