"""The records of a plan: the tables, their fields, and the typed plan."""
