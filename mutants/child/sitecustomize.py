"""Python reads this file first in each process that a recorded test starts (see PYTHONPATH)."""

from __future__ import annotations

import atexit
import os

if os.environ.get("MUTANTS_TEST"):
    import coverage

    recorded = coverage.Coverage(
        data_file=os.path.join(os.environ["MUTANTS_RECORD"], "data"),
        data_suffix=True,
        config_file=False,
        source=["budgettrack"],
        context=os.environ["MUTANTS_TEST"],
    )
    recorded.start()

    def _save() -> None:
        recorded.stop()
        recorded.save()

    atexit.register(_save)
