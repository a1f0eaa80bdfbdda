"""Bank statements: their formats, matching and importing."""
