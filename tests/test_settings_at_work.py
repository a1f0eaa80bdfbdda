"""Every setting of the config, through the command that uses it: changed, it changes what is seen.

Each case runs the same commands in two folders that differ in one setting alone, and compares all
that can be seen then: what was said, the files that were written, the mail that was sent, and the
requests that were made."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
import time_machine

from budgettrack.config.settings import SECTIONS
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD, WEBHOOK_SECRET
from budgettrack.register.store import RecordVersion
from budgettrack.setup.sample.drawing import drawing
from tests.sheets_api.server import Server
from tests.world.group import ON, Commands, Group, Rows, column
from tests.world.smtp_server import PASSWORD, MailHost

SECRET = "whsec_" + "QUJD" * 8
SYNC = ("sync", *ON)

ROWS: Rows = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": "Work", "state": "active", "currency": "EUR"}
        | {"amount": "3600", "start": "2026-01-01", "end": "2026-12-31", "publish": "yes"}
        | {"held_by": "The host", "report_every": "month"}
    ],
    "work_plan": [
        {"id": "A-1", "activity": "Meet", "start": "2026-01-01", "end": "2026-12-31"}
        | {"status": "under way", "done": "50"}
    ],
    "budget": [
        {"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "3600"}
        | {"explanation": "So."},
        {"id": "B-2", "grant": "A label", "category": "Travel", "amount": "1200"},
    ],
    "expenses": [
        {"id": f"E-{month}-{n}", "date": f"2026-{month:02}-1{n}", "budget_line": "B-1"}
        | {"amount": "73.37", "description": "Chairs of the hall", "state": "paid", "receipt": f"R-{month}-{n}"}
        for month in range(1, 10)
        for n in range(4)
    ],
    "income": [
        {"id": "I-1", "date": "2026-01-05", "grant": "G-1", "kind": "instalment"}
        | {"state": "received", "amount": "3600"}
    ],
    "months": [{"month": f"2026-{n:02}", "closed": f"2026-{n + 1:02}-03"} for n in range(1, 11)],
    "stories": [
        {"id": "ST-1", "month": "2026-09", "title": "The pier", "story": "We went out.", "picture": "pier.png"}
        | {"shows": "A pier.", "consent": "2026-09-30", "publish": "yes"}
    ],
    "deadlines": [
        {"id": "D-1", "what": "Renew the lease", "due": "2026-11-03", "grant": "G-1"},
    ],
}  # fmt: skip


@dataclass
class Outside:
    """What a group can reach: a mail server, and a server of the web that keeps what it gets."""

    mail: MailHost
    web: str
    asked: list[str]


@dataclass(frozen=True)
class Case:
    """One setting: what it is set to, by which commands it is seen, and what is seen then.

    `wanted`: a pattern that is seen with the setting and not without it.
    `without`: a pattern that is seen without it and not with it.
    `usual`: the value on the other side, if it cannot be left out.
    `beside`: other settings, on both sides.
    """

    setting: str
    value: str
    commands: Commands
    wanted: str = ""
    without: str = ""
    usual: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    scene: str = ""


PAGE: Commands = (SYNC, ("report", "transparency", "--month", "2026-09", *ON))
SUMMARY: Commands = (SYNC, ("report", "funder", "G-1", "--month", "2026-09", *ON))
LATE = ("--on", "2026-11-09")
MONTH: Commands = (("monthly", "--month", "2026-10", "--send", *ON),)
CLOSED: Commands = (("monthly", "--month", "2026-10", "--send", *LATE),)
OWED: Commands = (("monthly", "--dry-run", *LATE), ("cycles", "--json"))
STATEMENT: Commands = (
    SYNC,
    ("import", "statement", "statement.csv", "--yes", "--json", *ON),
    ("import", "statement", "again.csv", "--yes", "--json", *ON),
)
IATI: Commands = (*PAGE, ("report", "iati", "--yes"))
GIVING: Commands = (*PAGE, ("report", "360giving", "--yes"))
SPENT: Commands = (SYNC, ("variance", "--json", *ON))
WHO = '{ "13040" = 100 }'

PLAN_ONLY = {
    "tables.budget.tab": '"Plan"',
    "tables.budget.headings": '{ id = "Line", grant = "Fund", amount = "Sum" }',
}
BOOK = {
    "tables.expenses.tab": '"Book"',
    "tables.expenses.heading_row": "1",
    "tables.expenses.headings": '{ date = "When", budget_line = "Line", amount = "Sum" }',
}
CASES = (
    Case("organisation.name", '"Quay Friends"', PAGE, "Quay Friends"),
    Case("organisation.currency", '"SEK"', (SYNC, ("grid", "--json")), '"currency": "SEK"', '"currency": "EUR"'),
    # 23:00 in London is the next day in Tonga: within one day is one day later.
    Case("organisation.time_zone", '"Pacific/Tongatapu"', (SYNC, ("deadlines", "--within", "1")), "Renew the lease", scene="late"),
    Case("organisation.language", '"pt"', PAGE, r'<html lang="pt"', r'<html lang="en"'),
    Case("workbook.xlsx", '"other.xlsx"', (SYNC,), "other.xlsx", usual='"plan.xlsx"'),
    Case("workbook.google", '"{sheet}"', (SYNC,), "POST /v4/spreadsheets/{sheet}", scene="google",
         usual='"1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"'),
    Case("workbook.credentials", '"nowhere.json"', (SYNC,), "nowhere.json", usual='"key.json"', scene="google"),
    Case("workbook.address", '"http://127.0.0.1:9"', (SYNC,), "127.0.0.1 cannot be reached", usual='"{address}"', scene="google"),
    Case("workbook.locale", '"de_DE"', (SYNC, ("checks", "--json")), without="amount-has-too-many-decimals", scene="ambiguous"),
    Case("workbook.start", "2026-07-01", SPENT, r'"budget": "800.00"', beside={"workbook.end": "2026-12-31", **PLAN_ONLY}, scene="labels"),
    Case("workbook.end", "2026-10-31", SPENT, r'"budget": "1200.00"', beside={"workbook.start": "2026-01-01", **PLAN_ONLY}, usual="2026-12-31", scene="labels"),
    Case("register.url", '"sqlite:///elsewhere.sqlite"', (SYNC,), r"elsewhere\.sqlite", r"register\.sqlite"),
    Case("reports.out", '"site"', PAGE, r"site/public/index\.html", r"reports/public/index\.html"),
    Case("reports.headings", '{ "Rent" = "Rooms of all kinds" }', PAGE, ">Rooms of all kinds<", ">Rent<", scene="told"),
    Case("reports.year_begins", '"2025-10"', PAGE, r"public/year-2026\.html"),
    Case("reports.first_month", '"2024-03"', (SYNC, ("checks", "--json"), PAGE[1]), r"public/2024-03\.html", "first-month-waits", scene="early"),
    Case("reports.site", '"https://books.example.org"', PAGE, r"https://books\.example\.org"),
    Case("reports.profiles", '"profiles"', (("profiles", "--json"),), "A profile of our own", scene="own"),
    Case("reports.pictures", '"photos"', PAGE, r'<img class="picture"', scene="own"),
    Case("reports.logo", '"logo.svg"', PAGE, r"data:image/svg\+xml", scene="own"),
    Case("reports.colours", '["#0b5e5e", "#a97900"]', PAGE, "#0b5e5e"),
    Case("reports.paper", '"letter"', SUMMARY, r"paper 1\b", r"paper 9\b"),
    Case("sync.winner", '"sheet"', (SYNC, ("conflicts", "--json")), without="budget/B-1|B-1.category", scene="conflict"),
    Case("sync.rows", "20", (SYNC,), without="--allow removals", scene="removed"),
    Case("sync.share", "1", (SYNC,), without="--allow removals", scene="removed"),
    Case("tables.expenses.tab", '"Ledger"', SPENT, r'"spent": "10.00"', scene="mapped"),
    Case("tables.expenses.tabs", '["Ledger"]', SPENT, r'"spent": "10.00"', scene="mapped"),
    Case("tables.expenses.from_tab", '"budget_line"', (SYNC, ("checks",)), "line-unknown", scene="mapped",
         beside={"tables.expenses.tab": '"Ledger"', "tables.expenses.headings": '{ date = "When", amount = "Sum" }'}),
    # Without headings, nothing says where they are but the number.
    Case("tables.expenses.heading_row", "4", SPENT, r'"spent": "3.00"', scene="mapped", usual="3",
         beside={"tables.expenses.tab": '"Ledger"', "tables.expenses.headings": "{}",
                 "tables.expenses.columns": '{ date = "B", budget_line = "C", amount = "D" }'}),
    Case("tables.expenses.columns", '{ amount = "E" }', SPENT, r'"spent": "1.00"', scene="mapped",
         beside={"tables.expenses.tab": '"Ledger"', "tables.expenses.headings": '{ date = "When", budget_line = "Line" }'}),
    Case("tables.expenses.rows", '"4-4"', SPENT, r'"spent": "7.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.until", '"In"', SPENT, r'"spent": "7.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.after", '"Chairs"', SPENT, r'"spent": "3.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.fill_down", '["budget_line"]', SPENT, r'"spent": "9.00"', scene="mapped", beside=BOOK),
    Case("tables.expenses.amounts", '"positive"', SPENT, r'"spent": "7.00"', scene="mapped",
         beside=BOOK | {"tables.expenses.fill_down": '["budget_line"]', "tables.expenses.headings": '{ date = "When", budget_line = "Line", amount = "Both" }'}),
    Case("tables.expenses.year", "2026", SPENT, r'"spent": "7.00"', scene="mapped",
         beside=BOOK | {"tables.expenses.headings": '{ date = "Short", budget_line = "Line", amount = "Sum" }'}),
    Case("tables.expenses.dates", '"DDMMYY"', SPENT, r'"spent": "7.00"', scene="mapped",
         beside=BOOK | {"tables.expenses.headings": '{ date = "Number", budget_line = "Line", amount = "Sum" }'}),
    Case("tables.expenses.date_parts", '{ year = "Year", month = "Month" }', SPENT, r'"spent": "7.00"', scene="mapped",
         beside=BOOK | {"tables.expenses.headings": '{ budget_line = "Line", amount = "Sum" }'}),
    Case("tables.budget.periods", '{ "2026-01" = "B" }', (SYNC, ("variance", "--from", "2026-01", "--to", "2026-01", "--json")), r'"budget": "12.00"',
         scene="mapped", beside={"tables.budget.tab": '"Progress"', "tables.budget.headings": '{ id = "Line" }',
                                 "tables.budget.constant": '{ grant = "G-1" }'}),
    Case("tables.budget.accepted", '{ "2026-01" = ["3"] }', (SYNC, ("checks",)), without="total-does-not-match", scene="mapped",
         beside={"tables.budget.tab": '"Progress"', "tables.budget.headings": '{ id = "Line" }',
                 "tables.budget.constant": '{ grant = "G-1" }', "tables.budget.periods": '{ "2026-01" = "B" }'}),
    Case("tables.expenses.headings", '{ date = "When", budget_line = "Line", amount = "Tax", description = "What" }', SPENT,
         r'"spent": "1.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.where", '{ Kind = "Out" }', SPENT, r'"spent": "7.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.where_not", '{ Kind = ["Gone"] }', (SYNC, ("checks",)), "left-out-by-where", scene="mapped",
         beside={"tables.expenses.tab": '"Ledger"', "tables.expenses.where": '{ Kind = "Out" }'}),
    Case("tables.expenses.turned", '["amount"]', SPENT, r'"spent": "-10.00"', scene="mapped", beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.constant", '{ state = "committed" }', SPENT, r'"committed": "10.00"', scene="mapped",
         beside={"tables.expenses.tab": '"Ledger"'}),
    Case("tables.expenses.write", "true", (SYNC, ("checks",)), "the ledger has IDs: True", "the ledger has IDs: False", scene="mapped",
         beside={"tables.expenses.tab": '"Ledger"', "tables.expenses.headings": '{ id = "Nr", date = "When", budget_line = "Line", amount = "Sum" }'}),
    Case("shares.office", '{ "B-1" = 60, "B-2" = 40 }', (SYNC, ("split", "E-1-1", "office", *ON), ("history", "E-1-1", "--json")), r"44\.02"),
    *(
        Case(f"bank.{key}", value, STATEMENT, wanted, without, usual, beside or {}, "statement")
        for key, value, wanted, without, usual, beside in (
            ("date", '"Valued"', '"2026-10-07"', '"2026-10-05"', '"Booked"', None),
            ("amount", '"Other"', r"8\.50", r"7\.25", '"Sum"', None),
            ("in", '"Credit"', r"9\.75", "", "", {"bank.amount": "", "bank.out": '"Debit"'}),
            ("out", '"Other"', r"8\.50", "", '"Debit"', {"bank.amount": "", "bank.in": '"Credit"'}),
            ("currency", '"Money"', '"SEK"', '"EUR"', '"EUR"', None),
            ("reference", '"Number"', '"known"', '"duplicate"', "", {"bank.text": '"Words"'}),
            ("text", '"Words"', '"like": "E-', "", "", None),
            ("balance", '"Balance"', "", "no balance is named", "", None),
            ("encoding", '"utf-16"', "its encoding, too", "", "", None),
            ("locale", '"de_DE"', "", r"-1200\.00", '"en_GB"', {"bank.amount": '"Big"'}),
            ("sign", '"Side"', r'"-7\.25"', r'"7\.25"', '"Way"', {"bank.amount": '"Plus"'}),
            ("out_words", '["C"]', r'"-7\.25"', r'"7\.25"', "", {"bank.amount": '"Plus"', "bank.sign": '"Way"'}),
            ("in_words", '["X", "Y"]', "", "does not say whether", "", {"bank.amount": '"Plus"', "bank.sign": '"Turn"', "bank.out_words": '["Z"]'}),
            ("signs", '"inverted"', r'"7\.25"', r'"-7\.25"', "", None),
            ("account", '"Account"', "", "does not follow", "", {"bank.balance": '"Apart"'}),
            ("fee", '"Fee"', r'"-7\.75"', r'"-7\.25"', "", None),
            ("net", '"Less"', r'"-6\.75"', r'"-7\.25"', "", None),
            ("original", '"Abroad"', '"9 USD"', "", "", {"bank.original_currency": '"Coin"'}),
            ("original_currency", '"Coin"', '"9 USD"', "", "", {"bank.original": '"Abroad"'}),
            ("dates", '"day first"', '"2026-10-05"', '"2026-05-10"', "", {"bank.date": '"Short"', "bank.locale": '"en_US"'}),
            ("decimal", '","', "", r"-1200\.00", "", {"bank.amount": '"Big"', "bank.locale": '"en_GB"'}),
            ("where", '{ State = "DONE" }', "1 row left out, which the bank", "", "", None),
            ("columns", '["Booked", "Nowhere"]', "no row among the first", "", "", None),
        )
    ),
    Case("open_data.country", '"ES"', IATI, r'recipient-country[^>]*code="ES"', r'code="PT"', usual='"PT"'),
    Case("open_data.region", '"89"', IATI, r'recipient-region[^>]*code="89"', beside={"open_data.country": ""}, usual='"298"'),
    Case("open_data.sectors", '{ "13040" = 60, "15160" = 40 }', IATI, r'code="15160"', usual=WHO),
    Case("open_data.languages", '["fr"]', IATI, r'xml:lang="fr"'),
    Case("open_data.withheld_because", '"personal data"', IATI, "personal data|privacy", beside={"open_data.group.withheld": "true"}),
    Case("open_data.work_plan", "true", IATI, "-work-A-1<"),
    Case("open_data.giving_prefix", '"360G-quayaid"', GIVING, "360G-quayaid", beside={"open_data.reporter.name": '"Fund"'}, scene="told"),
    Case("open_data.reporter.name", '"The harbour trust"', IATI, "The harbour trust"),
    Case("open_data.reporter.ref", '"XE-EXAMPLE-500000009"', IATI, "XE-EXAMPLE-500000009", usual='"XE-EXAMPLE-500000001"'),
    Case("open_data.reporter.type", '"foundation"', IATI, r'reporting-org[^>]*type="60"'),
    Case("open_data.reporter.withheld", "true", GIVING, "The publisher cannot be withheld", beside={"open_data.reporter.name": '"Fund"'}),
    Case("open_data.group.name", '"The harbour trust"', IATI, "The harbour trust"),
    Case("open_data.group.ref", '"XE-EXAMPLE-500000009"', IATI, "XE-EXAMPLE-500000009"),
    Case("open_data.group.type", '"foundation"', IATI, r'type="60"'),
    Case("open_data.group.withheld", "true", GIVING, "Reason for what is withheld", beside={"open_data.reporter.name": '"Fund"'}, scene="told"),
    Case("open_data.organisations.Fund.name", '"The harbour trust"', IATI, "The harbour trust"),
    Case("open_data.organisations.Fund.ref", '"XE-EXAMPLE-500000009"', IATI, "XE-EXAMPLE-500000009"),
    Case("open_data.organisations.Fund.type", '"foundation"', IATI, r'type="60"'),
    Case("open_data.organisations.Fund.withheld", "true", IATI, without="iati/.*<narrative>Fund<"),
    Case("mail.host", '"127.0.0.2"', MONTH, "127.0.0.2", scene="mail", usual='"127.0.0.1"'),
    Case("mail.port", "9", MONTH, without="mail to one", usual="{port}", scene="mail"),
    Case("mail.security", '"tls"', MONTH, without="mail to one", scene="mail"),
    Case("mail.user", '"somebody"', MONTH, without="mail to one", usual='"books"', scene="mail"),
    Case("mail.password_file", '"wrong-password"', MONTH, without="mail to one", usual='"right-password"', scene="no password"),
    Case("mail.sender", '"Quay books <quay@example.org>"', MONTH, "From: Quay books", usual='"books@example.org"', scene="mail"),
    Case("mail.reply_to", '"office@example.org"', MONTH, "Reply-To: office@example.org", scene="mail"),
    Case("mail.authorities", '"{authorities}"', MONTH, "mail to one", scene="mail"),
    Case("mail.seconds", "1", (*MONTH, ("deliveries", "--json")), without='"state": "confirmed"', usual="30", scene="slow mail"),
    Case("mail.pauses", "[0]", MONTH, "mail to one", usual="[]", scene="deferring mail"),
    Case("monthly.day", "12", OWED, without="2026-10", scene="mail"),
    Case("monthly.hour", '"07:30"', (), "07:30", "06:00", scene="schedule"),
    Case("monthly.catch_up", "1", (("monthly", "--send", "--on", "2026-07-02"), ("monthly", "--dry-run", *LATE)), without="2026-08: sync", scene="mail"),
    Case("monthly.grace", "14", CLOSED, without="8 days late", scene="mail"),
    Case("monthly.blocking", '{ public = ["report-due"] }', MONTH, without="mail to one", scene="mail"),
    Case("monthly.operator", '"operator@example.org"', MONTH, "mail to operator@example.org", scene="broken"),
    Case("monthly.health", '"health.json"', MONTH, r"health\.json", scene="mail"),
    Case("monthly.ping", '"{web}/ping"', MONTH, "/ping", scene="mail"),
    Case("deliver.folder", '"copies"', MONTH, r"copies/.*index\.html", scene="mail"),
    Case("deliver.webhook", '"{web}/hook"', MONTH, "POST /hook", scene="mail"),
    Case("deliver.secret_file", '"secret"', MONTH, "POST /hook", scene="no secret", beside={"deliver.webhook": '"{web}/hook"'}),
    Case("recipients.name", '"the office"', MONTH, "the office", usual='"one"', scene="mail"),
    Case("recipients.address", '"two@example.org"', MONTH, "mail to two@example.org", usual='"one@example.org"', scene="mail"),
    Case("recipients.language", '"fr"', MONTH, "septembre|octobre", scene="mail"),
    Case("recipients.audience", '"internal"', MONTH, usual='"public"', scene="mail"),
    Case("recipients.attach", "false", CLOSED, without="attached ", usual="true", scene="mail", beside={"recipients.audience": '"funder:G-1"'}),
)  # fmt: skip


def test_every_setting_has_its_case() -> None:
    # tests/host/test_host_settings.py has a host's.
    named = {
        f"{section.name}.{setting.key}"
        for section in SECTIONS
        if section.name != "host"
        for setting in section.settings
    }
    tried = {
        re.sub(r"^(tables|open_data\.organisations)\.\w+", r"\1.NAME", case.setting)
        for case in CASES
    }

    assert {"shares.KEY" if name == "shares.office" else name for name in tried} == named


# What is outside, and what is seen


class _Web(http.server.BaseHTTPRequestHandler):
    """Takes everything, and keeps what was asked for."""

    asked: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Nothing is said on the terminal."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    asked: list[str] = []
    handler = type("Web", (_Web,), {"asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        with MailHost(tmp_path_factory.mktemp("mail")) as mail:
            yield Outside(mail, f"http://127.0.0.1:{web.server_port}", asked)
        web.shutdown()


@pytest.fixture
def outside(servers: Outside, monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setenv(MAIL_PASSWORD, PASSWORD)
    monkeypatch.setenv(WEBHOOK_SECRET, SECRET)
    # Who is not there is asked again for two minutes.
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    return servers


def config_of(case: Case, *, with_it: bool) -> str:
    """The config of one side of a comparison. What is outside stands in it as {port} and the like."""
    settings = {"organisation.name": '"Harbour Peers"', "workbook.xlsx": '"plan.xlsx"'}
    section, _, key = case.setting.rpartition(".")
    for part, needed in NEEDED.items():
        if section == part or section.startswith(f"{part}."):
            settings |= needed
    if case.scene == "google":
        del settings["workbook.xlsx"]
        settings |= {"workbook.credentials": '"key.json"', "workbook.address": '"{address}"'}
        settings |= {"workbook.google": '"{sheet}"'}
    settings |= case.beside
    settings.pop(case.setting, None)
    if with_it or case.usual:
        settings[case.setting] = case.value if with_it else case.usual
    by_section: dict[str, list[str]] = {}
    for name, value in settings.items():
        section, _, key = name.rpartition(".")
        if value:
            by_section.setdefault(section, []).append(f"{key} = {value}")
    return "\n".join(
        line
        for section, lines in by_section.items()
        for line in (f"[[{section}]]" if section == "recipients" else f"[{section}]", *lines)
    )


class Place:
    """One side of a comparison: a folder, its config, and what is seen of it."""

    def __init__(self, folder: Path, case: Case, outside: Outside, *, with_it: bool) -> None:
        folder.mkdir()
        outside.mail.forget()
        outside.asked.clear()
        self.case = case
        self.outside = outside
        self.server: Server | None = None
        self.group = Group(folder, ROWS)
        if case.scene == "google":
            self.server = Server().start()
            self._make_online(self.server)
        config = config_of(case, with_it=with_it)
        self.group.config.write_text(self._filled(config), "utf-8")
        SCENES.get(case.scene, _nothing)(self)
        self._ours = {*folder.rglob("*")} - {folder / "own.xlsx"}

    def _filled(self, text: str) -> str:
        mail = self.outside.mail
        known = {
            "port": str(mail.port),
            "authorities": str(mail.authorities),
            "web": self.outside.web,
        }
        if self.server is not None:
            known |= {"address": self.server.url, "sheet": self.sheet}
        for name, value in known.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _make_online(self, server: Server) -> None:
        self.sheet = server.spreadsheet().id
        key = self.group.folder / "key.json"
        key.write_text(server.service_account(), "utf-8")
        key.chmod(0o600)

    def seen(self) -> str:
        """Runs the commands. Returns all that can be seen then, as one text."""
        said = [self._woken()] if self.case.scene == "schedule" else []
        for words in self.case.commands:
            with contextlib.chdir(self.group.folder):
                result = self.group.run(*words)
            said.append(f"{words[0]} ends with {result.exit_code}\n{result.stdout}{result.stderr}")
        parts = [*said, *self._files(), *self._mails(), *self.outside.asked]
        if self.server is not None:
            parts += [f"{call.method} {call.path}" for call in self.server.calls]
            self.server.stop()
        told = "\n".join(parts).replace(str(self.group.folder), "FOLDER")
        return re.sub(r'"seconds": "[\d.]+"', '"seconds": "SOME"', told)

    def _woken(self) -> str:
        """What the foreground says as it begins to wait, before it is asked to end."""
        command = [
            sys.executable,
            "-m",
            "budgettrack",
            "--config",
            str(self.group.config),
            "schedule",
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as waiting:
            assert waiting.stderr is not None
            line = waiting.stderr.readline()
            waiting.send_signal(signal.SIGTERM)
            return line + waiting.stderr.read()

    def _files(self) -> Iterator[str]:
        """Each file by its path, with what is in it, but the workbook and the register."""
        for path in sorted(self.group.folder.rglob("*")):
            name = path.relative_to(self.group.folder).as_posix()
            if path.is_file() and path not in self._ours and path.name != ".made.json":
                yield f"{name} {self._content(path)}"

    def _content(self, path: Path) -> str:
        if path.name == "own.xlsx":
            ledger = openpyxl.load_workbook(path)["Ledger"]
            return f"the ledger has IDs: {ledger['A4'].value is not None}"
        if path.suffix == ".xlsx" and path.parent.name == "private":
            return f"paper {openpyxl.load_workbook(path).worksheets[0].page_setup.paperSize} "
        if path.suffix in (".html", ".css", ".xml", ".json", ".csv", ".svg"):
            return " ".join(path.read_text("utf-8").split())
        return ""

    def _mails(self) -> Iterator[str]:
        for taken in self.outside.mail.taken:
            message = taken.message
            body = message.get_body(("plain",))
            names = [part.get_filename() for part in message.iter_attachments()]
            yield f"mail to {taken.to}\nFrom: {message['from']}\nReply-To: {message['reply-to']}"
            yield f"{message['subject']}\nattached {names}" if names else str(message["subject"])
            yield body.get_content() if body is not None else ""


def _nothing(place: Place) -> None:
    """No more than the folder is needed."""


def _ambiguous(place: Place) -> None:
    place.group.set("Expenses", f"{column('Expenses', 'Amount', place.group.path)}2", "1.234")


def _conflict(place: Place) -> None:
    group = place.group
    group.sync()
    held = group.held().records["budget"]["B-1"]
    group.by_hand(RecordVersion("budget", "B-1", {**held, "category": "Room"}, "register"))
    group.set("Budget", f"{column('Budget', 'Category', group.path)}2", "Venue")


def _told(place: Place) -> None:
    """Each payment is about somebody else, and the line pays no people: its money is shown."""
    path = place.group.path
    people, words = column("Budget", "People paid", path), column("Expenses", "Description", path)

    def change(book: openpyxl.Workbook) -> None:
        book["Budget"][f"{people}2"] = 0
        for row in range(2, 2 + len(ROWS["expenses"])):
            book["Expenses"][f"{words}{row}"] = f"Bill {row}"

    place.group.edit(change)


def _early(place: Place) -> None:
    """One instalment lies more than a year before all other money."""
    _told(place)
    day = f"{column('Income', 'Date', place.group.path)}2"
    place.group.set("Income", day, dt.datetime(2024, 3, 5))


def _removed(place: Place) -> None:
    place.group.sync()
    place.group.edit(lambda book: book["Expenses"].delete_rows(2, 8))


def _own(place: Place) -> None:
    folder = place.group.folder
    (folder / "profiles").mkdir()
    profile = 'title = "A profile of our own"\nsource = "us"\n'
    (folder / "profiles" / "ours.toml").write_text(profile, "utf-8")
    (folder / "photos").mkdir()
    (folder / "photos" / "pier.png").write_bytes(drawing())
    mark = '<svg xmlns="http://www.w3.org/2000/svg" width="4815162342" height="9"/>'
    (folder / "logo.svg").write_text(mark, "utf-8")


def _mapped(place: Place) -> None:
    """The group's own workbook, with a ledger of another shape."""
    book = openpyxl.load_workbook(place.group.path)
    ledger = book.create_sheet("Ledger")
    for row in (
        ["Our ledger"],
        [],
        ["Nr", "When", "Line", "Sum", "Tax", "What", "Kind"],
        [None, "2026-03-05", "B-1", 7, 1, "Chairs", "Out"],
        [None, "2026-03-06", "B-1", 3, None, "Tea", "In"],
    ):
        ledger.append(row)
    more = book.create_sheet("Book")
    for typed in (
        ["When", "Line", "Sum", "Both", "Short", "Number", "Year", "Month"],
        ["2026-03-05", "B-1", 7, 7, "5 March", 50326, 2026, "March"],
        ["2026-03-06", None, 2, -2, "6 March", 60326, 2026, "March"],
    ):
        more.append(typed)
    months = book.create_sheet("Progress")
    for cells in (["Line", "Planned Jan", "Real Jan"], ["B-1", 12, 7], ["Total", 15, 7]):
        months.append(cells)
    book.save(place.group.folder / "own.xlsx")
    text = place.group.config.read_text("utf-8")
    place.group.config.write_text(text.replace('"plan.xlsx"', '"own.xlsx"'), "utf-8")


def _labels(place: Place) -> None:
    """A workbook whose lines name their grants by labels alone."""
    book = openpyxl.Workbook()
    plan = book.create_sheet("Plan")
    for row in (["Line", "Fund", "Sum"], ["B-1", "A label", 1200]):
        plan.append(row)
    book.save(place.group.path)


STATEMENT_FILE = """\
Booked;Valued;Sum;Other;Big;Credit;Debit;Money;Number;Words;Balance;Plus;Side;Way;Account;Apart;Fee;Abroad;Coin;Short;State;Turn;Less
2026-10-05;2026-10-06;-7.25;-8.50;-1,200;;9.75;SEK;N-1;Chairs of the hall;92.75;7.25;D;C;A1;50.00;0.50;9.00;USD;05/10/2026;DONE;X;-6.75
2026-10-06;2026-10-07;-7.25;-8.50;-1,200;;9.75;SEK;N-2;Chairs of the hall;85.50;7.25;D;C;A2;80.00;0.50;9.00;USD;06/10/2026;OPEN;Y;-6.75
"""


def _statement(place: Place) -> None:
    (place.group.folder / "statement.csv").write_text(STATEMENT_FILE, "utf-8")
    again = "\n".join(STATEMENT_FILE.splitlines()[:2]).replace("Chairs of the", "Chairs for the")
    (place.group.folder / "again.csv").write_text(again, "utf-8")


def _without_password(place: Place) -> None:
    os.environ.pop(MAIL_PASSWORD, None)
    for name, password in (("right-password", PASSWORD), ("wrong-password", "no")):
        path = place.group.folder / name
        path.write_text(password, "utf-8")
        path.chmod(0o600)


def _without_secret(place: Place) -> None:
    path = place.group.folder / "secret"
    path.write_text(SECRET, "utf-8")
    path.chmod(0o600)
    os.environ.pop(WEBHOOK_SECRET, None)


def _broken(place: Place) -> None:
    place.group.path.unlink()


def _slow(place: Place) -> None:
    place.outside.mail.does.data = lambda _: "stall"


def _deferring(place: Place) -> None:
    """The server takes a recipient when it is asked for the second time."""
    answers = ["451 Later"]
    place.outside.mail.does.rcpt = lambda _: answers.pop() if answers else ""


SCENES: Mapping[str, Callable[[Place], None]] = {
    "ambiguous": _ambiguous,
    "conflict": _conflict,
    "early": _early,
    "told": _told,
    "removed": _removed,
    "own": _own,
    "mapped": _mapped,
    "labels": _labels,
    "statement": _statement,
    "no password": _without_password,
    "no secret": _without_secret,
    "broken": _broken,
    "slow mail": _slow,
    "deferring mail": _deferring,
}
MAIL = {
    "mail.host": '"127.0.0.1"',
    "mail.port": "{port}",
    "mail.user": '"books"',
    "mail.sender": '"books@example.org"',
    "mail.authorities": '"{authorities}"',
    "mail.seconds": "2",
    "mail.pauses": "[]",
    "recipients.name": '"one"',
    "recipients.address": '"one@example.org"',
    "recipients.audience": '"public"',
}
NEEDED: Mapping[str, Mapping[str, str]] = {
    "workbook": {},
    "tables.expenses": {
        "tables.expenses.headings": '{ date = "When", budget_line = "Line", amount = "Sum", description = "What" }',
        "tables.expenses.heading_row": "3",
    },
    "bank": {"bank.date": '"Booked"', "bank.amount": '"Sum"', "bank.currency": '"EUR"', "bank.locale": '"en_GB"'},
    "mail": MAIL,
    "monthly": MAIL,
    "deliver": MAIL,
    "recipients": MAIL,
    "open_data": {"open_data.country": '"PT"', "open_data.sectors": WHO}
    | {"open_data.reporter.name": '"Harbour Host"', "open_data.reporter.ref": '"XE-EXAMPLE-500000001"'},
}  # fmt: skip


_SEEN: dict[object, str] = {}
"""What was seen already, by config, commands and scene: many settings are compared with the same
group. (The servers are the same ones for all of them, but Google's.)"""


def seen_without(folder: Path, case: Case, outside: Outside) -> str:
    key = (config_of(case, with_it=False), case.commands, case.scene)
    if key not in _SEEN:
        _SEEN[key] = Place(folder, case, outside, with_it=False).seen()
    return _SEEN[key]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.setting)
def test_a_setting_changes_what_is_seen(case: Case, tmp_path: Path, outside: Outside) -> None:
    place = Place(tmp_path / "with", case, outside, with_it=True)
    with time_machine.travel("2026-11-01T20:00Z"):
        changed = place.seen()
        without = seen_without(tmp_path / "without", case, outside)

    assert changed != without
    if case.wanted:
        wanted = case.wanted.replace("{sheet}", getattr(place, "sheet", ""))
        assert re.search(wanted, changed)
        assert not re.search(wanted, without)
    if case.without:
        assert re.search(case.without, without)
        assert not re.search(case.without, changed)
