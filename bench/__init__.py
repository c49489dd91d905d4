"""Measured claims. Each prints a ratio against a baseline of the same run; the ratio decides.

`python -m bench` runs all, `python -m bench --quick` a small scale of each, `python -m bench NAME …` some.
"""
