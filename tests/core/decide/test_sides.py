"""The changes of a sync that finds everything as it was."""

from __future__ import annotations

from budgettrack.core.base.findings import Finding
from budgettrack.core.decide import nothing_changed


def test_what_stands_is_told_and_nothing_is_done() -> None:
    findings = [Finding("hold-older-register", values=(("what", "all"), ("since", "today")))]
    changes = nothing_changed(findings, ["Stories"])

    assert changes.findings == tuple(findings)
    assert changes.lacking == ("Stories",)
    assert changes.plan is None
    assert not changes.edits
    moved = (changes.to_sheet, changes.to_register, changes.given, changes.renames)
    assert not any((*moved, changes.conflicts, changes.refused, changes.written, changes.agreed))
