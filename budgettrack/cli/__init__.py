"""The command line: reads the arguments of a command, prints words and gives an exit code. It
decides nothing itself.

Results go to stdout, other messages to stderr. The exit codes are 0 (done), 1 (could not do it), 2
(wrong usage), 3 (done, but a person must look) and 130 (stopped by Ctrl-C).

To answer quickly, the program loads the file of a command only when somebody types that command,
and imports large libraries only inside the commands that need them."""

from __future__ import annotations

from budgettrack.cli.program import main

__all__ = ["main"]
