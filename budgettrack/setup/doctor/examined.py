"""One step of the doctor, with its result."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.findings import Finding, finding_at


class Examined(Struct, frozen=True):
    """One step of the doctor, with its findings. If there is none, `words` is the result."""

    step: str
    findings: Sequence[Finding] = ()
    words: str = ""


def stopped(step: str, code: str, error: TrackError) -> Examined:
    """Return a step that failed, with the message of the error."""
    return Examined(step, [finding_at(step, code, words=" ".join(error.problems))])
