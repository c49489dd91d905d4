"""Blocks of the lesson page: its form, its video, what lies beside it, and what happened."""
