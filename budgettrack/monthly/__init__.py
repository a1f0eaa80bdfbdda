"""The monthly run: its steps, the mail it sends, its history and the signals for monitoring."""
