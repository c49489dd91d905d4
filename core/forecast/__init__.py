"""Trends and seasons, by statsmodels."""
