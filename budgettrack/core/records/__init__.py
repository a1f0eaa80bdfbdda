"""The records of a plan: tables, their fields, and the typed plan."""
