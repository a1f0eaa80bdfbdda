"""The register: the database of record, on SQLite or PostgreSQL."""
