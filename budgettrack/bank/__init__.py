"""Bank statements: their formats, importing and reconciling."""
