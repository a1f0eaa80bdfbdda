"""The command `doctor --probe`: sends to Google the same kinds of requests as our writes, and
records the answers."""
