"""Blocks of the library page: every lesson with its video, narrowed and ordered as the address says."""
