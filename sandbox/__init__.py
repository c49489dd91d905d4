"""What stands in for the outside world on one machine.

`mux/` and `s3/` are the two servers, `school/` the sample school that fills them, `postgres.py` the database;
`supervisor/` starts it all for `make run`, and `guard.py` ends children whose parent was killed.
For tests and benches: `stack.py` (the whole system on free ports), `small_school.py`, `testing.py` and those
of the two servers. Nothing of Lectern is imported here; its faces are started as programs.
"""
