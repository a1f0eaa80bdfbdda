"""The program: `budgettrack`, or `python -m budgettrack`."""

from __future__ import annotations

import gc
import signal

# Garbage collection would take a tenth of the time in which libraries load.
gc.disable()

# If somebody presses Ctrl-C before the command begins, the program ends without a traceback.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from budgettrack.cli import main  # noqa: E402 - after the lines above, which are for the loading

if __name__ == "__main__":
    main()
