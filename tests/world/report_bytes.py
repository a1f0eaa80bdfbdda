"""Writes every report of the sample plan into a folder: `python -m tests.world.report_bytes FOLDER`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from tests.world.report_plans import harbour, site_files, summary, summary_files


def main(folder: Path) -> None:
    made = site_files(harbour())
    for final in (None, date(2026, 4, 5)):
        for name, content in summary_files(summary(harbour()), final).items():
            made[f"{final}-{name}"] = content
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
