"""A sample school: its people, courses and lessons, and the files that they point at."""
