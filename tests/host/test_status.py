"""How the groups are doing is said on one screen, also of 300 groups, and those that are stuck come first."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack import sync
from budgettrack.cli import main
from budgettrack.core.records.tables import GROUPS
from budgettrack.register.store import Commit, RecordVersion
from tests.world.hosted import NOW, host_in, opened, row
from tests.world.terminal import talk

SHARE = (
    "The sheet is not shared with the address in Share with. Share it there, as editor, and look"
    " again tomorrow."
)
STUCK = "Stuck since 2026-10-20: The sheet is slow."


@pytest.mark.parametrize(
    ("needy", "last"), [(0, ""), (15, ""), (16, "1 more group needs"), (90, "75 more groups need")]
)
def test_300_groups_are_on_one_screen(tmp_path: Path, needy: int, last: str) -> None:
    config = host_in(tmp_path, [row(f"GR-{n}", state="ready") for n in range(1, 301)])
    with opened(config) as host:
        sync.sync(host)
        told = {n: STUCK if n == needy else SHARE for n in range(1, needy + 1)}
        versions = [
            RecordVersion(
                GROUPS.name,
                f"GR-{n}",
                {**row(f"GR-{n}", state="ready"), "what_to_do": words},
                "register",
            )
            for n, words in told.items()
        ]
        if versions:
            with host.register.writing() as writing:
                writing.commit(Commit("by hand", NOW, versions))

    def said(*words: str) -> list[str]:
        result = CliRunner().invoke(main, ["--config", str(config), "host", "status", *words])
        assert result.exit_code == 0
        return result.output.splitlines()

    lines = said()
    assert lines[0] == "300 groups: 300 ready."
    assert len(lines) <= 24
    shown = [line for line in lines if line.startswith("GR-")]
    assert len(shown) == min(needy, 15)
    assert not shown or (shown[0].startswith(f"GR-{needy} ") and STUCK in shown[0])
    assert lines[-1] == (
        f"{last} attention. See all: budgettrack host status --all" if last else lines[-1]
    )
    assert any("more group" in line for line in lines) == bool(last)
    assert len([line for line in said("--all") if line.startswith("GR-")]) == 300
    for columns in (80, 120) if needy == 90 else ():
        code, screen = talk(config, ("host", "status"), columns=columns)
        assert code == 0, screen
        assert len(screen.splitlines()) <= 24, screen
        assert max(map(len, screen.splitlines())) <= columns, screen
        assert all(f"GR-{n} " in screen for n in range(1, 15)), screen
        assert "more groups need attention" in screen
