"""Basic types and rules that all modules need: money, months, findings, cells, IDs."""
