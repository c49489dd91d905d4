"""Letters: by a mail server, or into a folder."""
