"""The program's version; pyproject.toml reads it here."""

__version__ = "0.2.0"

PROGRAM = f"budgettrack {__version__}"
"""The name of the program in the metadata of reports."""
