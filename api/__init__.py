"""Face: the HTTP API, for the school's own site and for scripts. docs/api.md lists the routes."""
