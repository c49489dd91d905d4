"""Starts everything that Lectern needs on one machine, watches it, and stops it."""
