"""Blocks of the first page: what needs each role today."""
