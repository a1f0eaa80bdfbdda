"""The monthly job for a scheduler that runs Python files; the same as `budgettrack monthly`."""

from __future__ import annotations

import sys

from budgettrack.cli import main

if __name__ == "__main__":
    main(["monthly", *sys.argv[1:]])
