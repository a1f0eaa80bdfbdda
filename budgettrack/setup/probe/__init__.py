"""The command `doctor --probe`: sends to Google the kinds of requests of which our writes
consist, and records the answers."""
