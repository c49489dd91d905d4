"""Browser parts: the only place for HTML and scripts."""
