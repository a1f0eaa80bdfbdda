"""The program: `budgettrack`, or `python -m budgettrack`."""

from __future__ import annotations

import gc
import signal

# A command lives for a second or few: looking for cycles of objects while libraries load costs a
# tenth of that.
gc.disable()

# Until a command begins there is nothing to say when somebody presses Ctrl-C, and Python would
# print where it was.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from budgettrack.cli import main  # noqa: E402 - after the lines above, which are for the loading

if __name__ == "__main__":
    main()
