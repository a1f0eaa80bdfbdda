"""The register: the database of record, on SQLite or PostgreSQL. It keeps every version of every
record."""
