"""The month's run, what it sends, its history and its signs of life."""
