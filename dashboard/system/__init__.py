"""Blocks of the system pages: events from Mux, health."""
