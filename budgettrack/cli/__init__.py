"""The command line: arguments in, words and an exit code out. It decides nothing.

Results go to stdout, other messages to stderr. Exit codes: 0 done, 1 could not, 2 wrong usage, 3
done but a person must look, 130 stopped by Ctrl-C. Heavy libraries are imported inside the
commands that need them, so that a question is answered at once."""

from __future__ import annotations

from budgettrack.cli import (
    adopt,
    agreements,
    bank,
    bank_layout,
    conflicts,
    grants,
    history,
    host,
    indicators,
    keeping,
    login,
    monthly,
    narratives,
    open_data,
    publishing,
    queries,
    reports,
    resources,
    setup,
    sheet,
    sync,
)
from budgettrack.cli.base import main

__all__ = [
    "adopt",
    "agreements",
    "bank",
    "bank_layout",
    "conflicts",
    "grants",
    "history",
    "host",
    "indicators",
    "keeping",
    "login",
    "main",
    "monthly",
    "narratives",
    "open_data",
    "publishing",
    "queries",
    "reports",
    "resources",
    "setup",
    "sheet",
    "sync",
]
