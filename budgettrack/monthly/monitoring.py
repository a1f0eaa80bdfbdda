"""Tells people who watch the program whether its runs succeed: by a status file, by a ping to a
monitoring service, and by a mail to the operator."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import TrackError
from budgettrack.group import OpenedGroup
from budgettrack.monthly.context import MonthlyRun, RunContext
from budgettrack.register.holds import holds


def began(config: Config, context: RunContext) -> None:
    """Tells the monitoring service that a run begins."""
    _ping(config, context, "start")


def ended(group: OpenedGroup, context: RunContext, run: MonthlyRun, code: int) -> None:
    """Writes the status file and pings the monitoring service at the end of a run. `code` is the
    exit code of the run.

    Failures within the run were already mailed to the operator. While there is a hold, no mail
    is sent, so the monitoring service must call a person."""
    _write(group, code, run.periods, run.failed or run.warnings)
    _ping(group.config, context, "fail" if run.failed or run.held else "")


def failed(group: OpenedGroup, context: RunContext, problems: Sequence[str], *, mail: bool) -> None:
    """Reports a run that could not begin, or that crashed.

    The operator gets a mail if `mail` is true and the run may send mail."""
    config = group.config
    _write(group, 1, [], problems)
    _ping(config, context, "fail")
    sending = config.sending
    if not (mail and context.send and sending.operator and sending.mail):
        return
    from budgettrack.monthly.delivery.smtp import post
    from budgettrack.monthly.outbox import failure

    if _is_held(group):
        return
    # The register may be out of reach, so the mail to the operator is not recorded.
    # The operator may get the mail twice, which is better than not at all.
    with contextlib.suppress(TrackError), post(sending.mail) as way:
        item = failure(config, "the run", problems, group.today)
        if item.letter is not None:
            way.open()
            way.hand_over(item.letter(group.now()))


def _is_held(group: OpenedGroup) -> bool:
    """Whether there is a hold. Returns False if the register cannot be reached."""
    try:
        return bool(group.register.glance(holds))
    except TrackError:
        return False


def _write(group: OpenedGroup, code: int, periods: Sequence[str], words: Sequence[str]) -> None:
    path = group.config.sending.health
    if path is None:
        return
    state = {
        "at": group.now().isoformat(timespec="seconds"),
        "ok": code != 1,
        "exit": code,
        "periods": list(periods),
        "words": list(words),
    }
    # If the file cannot be written (on a full disk, for example), the run has still succeeded.
    # A person who looks at the file sees that its date is old.
    with contextlib.suppress(OSError, TrackError):
        files.write(
            path, (json.dumps(state, ensure_ascii=False, indent=1) + "\n").encode(), private=True
        )


def _ping(config: Config, context: RunContext, sign: str) -> None:
    if config.sending.ping and context.send:
        from budgettrack.monthly.delivery.webhook import ping

        ping(config.sending.ping, sign)
