"""Blocks of the batch pages."""
