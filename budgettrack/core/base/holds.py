"""Holds. A hold is a reason why nothing is sent until a person decides.

While there is a hold, the monthly run still syncs, checks and writes its reports, but it sends
no mail, no copy of the site and no webhook. A person reads the reason, looks at the data, and
releases the hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct, field

from budgettrack.core.base.findings import Finding, finding_at

HoldKind = Literal["older-register", "other-machine", "unknown-deliveries", "register-rebuilt"]
"""The kinds of reasons why nothing is sent.

`older-register`: the register was restored from an older copy. `other-machine`: the register
runs on another computer than before. `unknown-deliveries`: it is not known who has already got a
report. `register-rebuilt`: the register was damaged and was built again."""

HOLD_KINDS: tuple[HoldKind, ...] = get_args(HoldKind)


class Hold(Struct, frozen=True):
    """One reason why nothing is sent. There is at most one hold of each kind for a period.

    `period`: the month or week that is held. '' means that everything is held. `facts`: the values
    for the text of the hold's finding. The code of this finding is `hold-` and the kind."""

    kind: HoldKind
    at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    period: str = ""

    @property
    def finding(self) -> Finding:
        """Returns the hold as a finding. It says what a person must look at, and which command
        releases the hold."""
        what = f"what {self.period} sends" if self.period else "all that is sent"
        values = {"what": what, "since": f"{self.at:%Y-%m-%d %H:%M}", **self.facts}
        return finding_at("sending", f"hold-{self.kind}", self.period, **values)

    @property
    def words(self) -> str:
        return f"{self.finding.problem} {self.finding.remedy}"
