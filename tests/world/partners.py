"""A group whose months go out: its workbook, its mail server, and partners of every audience."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.config.load import Config, load
from budgettrack.core.base.cycles import Delivery
from budgettrack.core.records.model import Fields
from budgettrack.group import OpenedGroup, open_group
from budgettrack.monthly.context import LogLine, MonthlyRun, RunContext
from budgettrack.monthly.delivery.smtp import Handed
from budgettrack.monthly.run import monthly, retry
from budgettrack.register.cycles import deliveries
from budgettrack.register.store import open_register
from tests.world.group import Group
from tests.world.smtp_server import MailHost, Partners, mail_section

ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": f"G-{n}", "funder": f"Fund {n}", "title": f"Work {n}", "state": "active", "currency": "EUR"}
        | {"amount": "3600", "start": "2026-01-01", "end": "2026-12-31", "publish": "yes", "held_by": "The host"}
        | {"report_every": "month" if n == 1 else "quarter"}
        for n in (1, 2)
    ],
    "work_plan": [
        {"id": "A-1", "activity": "Meet", "start": "2026-01-01", "end": "2026-12-31", "status": "under way", "done": "50"}
    ],
    "budget": [
        {"id": f"B-{n}", "grant": f"G-{n}", "activity": "A-1", "category": "Rent", "amount": "3600"} for n in (1, 2)
    ],
    "expenses": [
        {"id": f"E-{n}-{month}-{k}", "date": f"2026-{month:02}-1{k}", "budget_line": f"B-{n}", "amount": f"{95 + k}"}
        | {"state": "paid", "receipt": f"R-{n}-{month}-{k}"}
        for n in (1, 2)
        for month in range(1, 11)
        for k in (1, 2, 3)
    ],
    "income": [
        {"id": f"I-{n}", "date": "2026-01-05", "grant": f"G-{n}", "kind": "instalment", "state": "received"}
        | {"amount": "3600"}
        for n in (1, 2)
    ],
    "months": [{"month": f"2026-{month:02}", "closed": f"2026-{month + 1:02}-03"} for month in range(1, 10)],
    "deadlines": [{"id": "D-1", "what": "Renew the lease", "due": "2026-11-20", "grant": "G-1"}],
}  # fmt: skip

NOVEMBER = date(2026, 11, 2)


def partners() -> Partners:
    return (
        Partners()
        .add("everybody", "public")
        .add("lecteurs", "public", "fr")
        .add("fund one", "funder:G-1")
        .add("fund two", "funder:G-2")
        .add("host", "host")
        .add("treasurer", "internal")
    )


class Sending(Group):
    """A group with a mail server; `run` is the command line, `month` the library."""

    def __init__(
        self,
        folder: Path,
        host: MailHost,
        *,
        rows: dict[str, list[Fields]] | None = None,
        to: Partners | None = None,
        mail: dict[str, object] | None = None,
        more: str = "",
        name: str = "Harbour Peers",
    ) -> None:
        super().__init__(folder, ROWS if rows is None else rows)
        self.config.write_text(
            f'[organisation]\nname = "{name}"\n[workbook]\nxlsx = "plan.xlsx"\n'
            + mail_section(host, **(mail or {}))
            + more
            + "\n".join((to or partners()).lines)
            + "\n",
            "utf-8",
        )
        self.told: list[LogLine] = []

    @classmethod
    def there(cls, folder: Path) -> Sending:
        """The group that a folder holds already, such as a copy."""
        made = cls.__new__(cls)
        made.folder, made.path = folder, folder / "plan.xlsx"
        made.config, made.told = folder / "budgettrack.toml", []
        return made

    @property
    def loaded(self) -> Config:
        return load(self.config)

    def opened(self, on: date = NOVEMBER) -> OpenedGroup:
        return open_group(
            self.loaded, on, lambda: datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
        )

    def context(self, *, send: bool = True) -> RunContext:
        return RunContext(send, self.told.append, sleep=lambda _: None)

    def retry(self, number: int) -> Handed:
        with self.opened() as group:
            return retry(group, self.context(), number)

    def month(
        self,
        on: date = NOVEMBER,
        month: str | None = None,
        again: str | None = None,
        *,
        send: bool = True,
    ) -> MonthlyRun:
        with self.opened(on) as group:
            return monthly(group, self.context(send=send), month, again)

    def deliveries(self) -> list[Delivery]:
        with open_register(self.loaded.register) as register:
            return register.ask(deliveries)

    def states(self) -> dict[tuple[str, str], str]:
        """What became of everything, by what it was and to whom."""
        return {(each.what, each.recipient): each.state for each in self.deliveries()}

    def close(self, month: str, on: str) -> None:
        """The treasurer closes a month."""
        book_rows = [each["month"] for each in ROWS["months"]]
        row = book_rows.index(month) + 2 if month in book_rows else len(book_rows) + 2
        self.set("Months", f"A{row}", month)
        self.set("Months", f"B{row}", on)

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)


def command(group: Group, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(group.config), *words])
