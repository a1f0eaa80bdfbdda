"""One first sync of a big workbook, in one process: seconds up to the commit, and of the writing
back apart."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any


def main(folder: Path) -> None:
    gc.disable()  # as the program does
    from budgettrack import sync
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

    spent: dict[str, float] = {"write": 0.0, "read": 0.0}
    for name in ("write", "read"):
        own = getattr(ExcelWorkbook, name)

        def timed(*args: Any, _own: Any = own, _name: str = name) -> Any:
            start = time.perf_counter()
            try:
                return _own(*args)
            finally:
                spent[_name] += time.perf_counter() - start

        setattr(ExcelWorkbook, name, timed)
    config = load(folder / "budgettrack.toml")
    start = time.perf_counter()
    with open_group(
        config, date(2026, 12, 31), lambda: datetime(2026, 12, 31, tzinfo=UTC)
    ) as group:
        sync.sync(group)
    whole = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"commit": whole - spent["write"], **spent, "mib": peak}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
