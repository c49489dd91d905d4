"""Tokens of Lectern's own, by PyJWT."""
