"""Holds:

a hold is a reason why nothing may be sent until a person decides. While there is a hold, the
monthly run syncs, checks and writes its reports, but sends no mail, no copy of the site and no
webhook. A person reads why, looks, and releases it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from budgettrack.core.base.findings import Finding, finding_at

HoldKind = Literal["older-register", "other-machine", "unknown-deliveries", "register-rebuilt"]
"""Why nothing is sent.

`older-register`: the register was put back from an older copy. `other-machine`: the register runs
on another computer than before. `unknown-deliveries`: it is not known who already has a report.
`register-rebuilt`: the register was damaged and made anew."""

HOLD_KINDS: tuple[HoldKind, ...] = get_args(HoldKind)


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason why nothing is sent. There is at most one hold of a kind for a period.

    `period`: the month or week that is held. '' holds everything.
    `facts`: fill the words of the catalogue's finding `hold-` and the kind.
    """

    kind: HoldKind
    at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    period: str = ""

    @property
    def finding(self) -> Finding:
        """Returns the hold as a finding. The finding says what a person must look at, and the
        command that releases the hold."""
        what = f"what {self.period} sends" if self.period else "all that is sent"
        values = {"what": what, "since": f"{self.at:%Y-%m-%d %H:%M}", **self.facts}
        return finding_at("sending", f"hold-{self.kind}", self.period, **values)

    @property
    def words(self) -> str:
        return f"{self.finding.problem} {self.finding.remedy}"
