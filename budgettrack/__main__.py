"""The program: `budgettrack`, or `python -m budgettrack`."""

from __future__ import annotations

import gc

# A command lives for a second or few: looking for cycles of objects while libraries load costs a tenth of that.
gc.disable()

from budgettrack.cli import main  # noqa: E402 - after the line above, which is for the loading

if __name__ == "__main__":
    main()
