"""Blocks of the page that compares a few lessons."""
