"""The monthly run: its steps, the mails that it sends, its history, and the signals for a
monitor."""
