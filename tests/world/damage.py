"""Every kind of file that the program reads, and ways in which a disk or a person spoils it."""

from __future__ import annotations

import base64
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from budgettrack.host import network
from budgettrack.host.job import work
from budgettrack.host.run import run as run_groups
from budgettrack.statements import signed, statement_of
from tests.world import bank_files, past_grants
from tests.world.bank_files import Booked
from tests.world.group import ON, Group
from tests.world.hosted import host_in, hosted_plan, opened, row, with_money

CONFIG = f"""[organisation]
name = "Harbour Peers"
currency = "EUR"
[workbook]
xlsx = "plan.xlsx"
[reports]
out = "reports"
profiles = "profiles"
logo = "logo.svg"
[deliver]
folder = "delivered"
[open_data]
country = "PT"
sectors = {{ "13040" = 100 }}
giving_prefix = "360G-harbour"
[open_data.group]
ref = "XE-EXAMPLE-500000001"
[open_data.reporter]
name = "Fund"
ref = "XE-EXAMPLE-500000000"
type = "local NGO"
{bank_files.CSV_CONFIG}
"""
ONLINE = """[workbook]
google = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd"
credentials = "credentials.json"
address = "http://127.0.0.1:1"
"""
HOOK = """[workbook]
xlsx = "plan.xlsx"
[deliver]
webhook = "https://127.0.0.1:1/hook"
"""
OTHER_FILE = """[organisation]
currency = "EUR"
[workbook]
xlsx = "FILE"
[tables.expenses]
tab = "own"
headings = { date = "Date", description = "Item", amount = "Amount" }
constant = { grant = "G", currency = "EUR", state = "paid" }
"""
ONLY_READ = ("ods", "xls", "csv", "xlsm")
OWN = "Date,Item,Amount\n2026-01-05,Room,1.50\n2026-01-06,Bus,3.25\n"
OTHER_FILES = Path(__file__).with_name("other_files")
LAYOUT = """[bank]
columns = ["When", "What", "Sum"]
date = "When"
amount = "Sum"
currency = "EUR"
text = ["What"]
dates = "year first"
decimal = "."
"""
ANSWERS = 'name = "harbour"\nsigns = "as written"\n'
TABLE = "When,What,Sum\n2026-10-05,Rent,-12.50\n2026-10-06,Gift,100.00\n"
GOOGLE = {
    "client_id": "x",
    "client_secret": "y",
    "auth_uri": "http://127.0.0.1:1/a",
    "token_uri": "http://127.0.0.1:1/t",
}
CLIENT = json.dumps({"installed": GOOGLE | {"redirect_uris": ["http://localhost"]}})
SIGN_IN = json.dumps(
    GOOGLE
    | {
        "type": "authorized_user",
        "refresh_token": "z",
        "scopes": ["https://www.googleapis.com/auth/drive.file"],
    }
)
PROFILE = """title = "A fund"
[categories]
"Rent" = "Running costs"
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>'
BOOKED = [
    Booked(date(2026, 10, 5), Decimal("-12.50"), "R1", words="Rent"),
    Booked(date(2026, 10, 6), Decimal("100.00"), "R2", words="Gift"),
]


@dataclass(frozen=True)
class Kind:
    """A kind of file: where it is in the group's folder, and commands that read it."""

    file: str
    commands: tuple[tuple[str, ...], ...]


FAILURES = (
    '{"count": 1, "since": "2026-11-01T06:00:00+00:00", "until": "2026-11-01T06:05:00+00:00"}'
)

_SITE = (("report", "transparency", "--month", "2026-10", *ON),)
_FUNDER = (("report", "funder", "G-1", "--month", "2026-10", *ON),)
_MONTH = (("monthly", "--month", "2026-10", "--send", *ON),)
_HOST = ("--config", "host/budgettrack.toml", "host", "run", *ON)
KINDS: Mapping[str, Kind] = {
    "workbook": Kind("plan.xlsx", (("sync", *ON), ("doctor",))),
    "config": Kind("budgettrack.toml", (("status", *ON), ("doctor",))),
    "key": Kind(".budgettrack.key", (("sync", *ON), ("doctor",), *_SITE)),
    "profile": Kind("profiles/fund.toml", (("profiles",), ("sync", *ON), *_FUNDER)),
    "logo": Kind("logo.svg", _FUNDER),
    "bank camt": Kind("bank.xml", (("import", "bank.xml", "--json", *ON), ("reconcile", "bank.xml"))),
    "bank mt940": Kind("bank.sta", (("import", "bank.sta", "--json", *ON), ("reconcile", "bank.sta"))),
    "bank ofx": Kind("bank.ofx", (("import", "bank.ofx", "--json", *ON), ("reconcile", "bank.ofx"))),
    "bank csv": Kind("bank.csv", (("import", "bank.csv", "--json", *ON), ("reconcile", "bank.csv"))),
    **{
        f"past grants {form}": Kind(f"past.{form}", (("import", "360giving", f"past.{form}", "--for", "PERSON"),))
        for form in past_grants.FORMS
    },
    "register": Kind("register.sqlite", (("status", *ON), ("sync", *ON), ("history", "G-1"), *_MONTH, ("doctor",))),
    "register journal": Kind("register.sqlite-wal", (("status", *ON), ("sync", *ON))),
    "register run lock": Kind("register.sqlite.run", _MONTH),
    "known IDs": Kind(".budgettrack.ids", (("sync", *ON),)),
    "known rows": Kind(".budgettrack.rows", (("sync", *ON),)),
    "list of site files": Kind("reports/public/.budgettrack-files", _SITE),
    "data package": Kind("reports/public/datapackage.json", (*_SITE, ("doctor",))),
    "a page": Kind("reports/public/2026-10.html", (*_SITE, *_MONTH)),
    "list of delivered files": Kind("delivered/.budgettrack-files", _MONTH),
    "told names": Kind("reports/private/.told.json", (*_SITE, ("doctor",), *_MONTH)),
    "fingerprints": Kind("reports/private/.made.json", (*_FUNDER, *_MONTH)),
    "a private report": Kind("reports/private/G-1-2026-10.html", (("redact", "E-2.description", "--yes", *ON),)),
    "lock of an office program": Kind(".~lock.plan.xlsx#", (("sync", *ON),)),
    "previous workbook": Kind("plan.previous.xlsx", (("sync", *ON), ("redact", "E-2.description", "--yes", *ON))),
    **{
        f"workbook {form}": Kind(f"{form}/own.{form}", (("--config", f"{form}/own.toml", "sync", *ON), ("--config", f"{form}/own.toml", "sheet")))
        for form in ONLY_READ
    },
    "bank archive": Kind("bank.zip", (("import", "bank.zip", "--json", *ON),)),
    "CSV layout": Kind("bank-layouts/harbour.toml", (("import", "table.csv", "--json", *ON), ("bank", "layout", "table.csv", "--yes"))),
    "answers": Kind("answers.toml", (("bank", "layout", "table.csv", "--answers", "answers.toml", "--dry-run"), ("--config", "adopted/budgettrack.toml", "adopt", "adopted/own.csv", "--answers", "answers.toml", "--dry-run"))),
    "workbook to adopt": Kind("adopted/own.csv", (("adopt", "adopted/own.csv", "--yes", *ON),)),
    "config of an adopted file": Kind("csv/budgettrack.toml", (("adopt", "csv/own.csv", "--yes", *ON),)),
    "webhook secret": Kind("webhook.secret", (("--config", "hook.toml", "monthly", "--month", "2026-10", "--send", "--again", "a try", *ON),)),
    "backup": Kind("group.backup", (("unpack", "group.backup", "--into", "fresh"),)),
    "register writer": Kind("register.sqlite.writer", (("sync", *ON),)),
    "IATI file": Kind("reports/public/iati/activities.xml", (("report", "iati"),)),
    "360Giving file": Kind("reports/public/360giving/grants.json", (("report", "360giving", *ON),)),
    "OAuth client": Kind("client.json", (("login", "--client", "client.json", "--no-browser"),)),
    "sign-in": Kind("google-sign-in.json", (("login", "--no-browser"),)),
    "settings of a hosted group": Kind("host/groups/GR-1/settings.toml", (_HOST,)),
    "config of a hosted group": Kind("host/groups/GR-1/budgettrack.toml", (_HOST,)),
    "failures of a hosted group": Kind("host/groups/GR-1/failures.json", (("--config", "host/budgettrack.toml", "host", "status"),)),
    "changes of sheets": Kind("host/groups/changes.json", (_HOST,)),
    "statement": Kind("host/groups/GR-1/statements/2026-10.json", (("--config", "host/budgettrack.toml", "host", "money", *ON), _HOST)),
    "times of signed statements": Kind("host/groups/GR-1/statements/taken.txt", (("--config", "host/budgettrack.toml", "host", "take", "GR-1", "host/signed.json"), ("--config", "host/budgettrack.toml", "host", "network", *ON))),
    "answer of the host": Kind("host/groups/GR-1/answer.json", (("--config", "host/groups/GR-1/budgettrack.toml", "checks", *ON), ("--config", "host/groups/GR-1/budgettrack.toml", "sync", *ON))),
    "times of answers": Kind("host/groups/GR-1/answers-read.txt", (("--config", "host/groups/GR-1/budgettrack.toml", "sync", *ON),)),
    "named groups": Kind("host/reports/open-data-groups.json", (_HOST,)),
    "sums of the network": Kind("host/groups/network.json", (("--config", "host/budgettrack.toml", "host", "network", *ON),)),
    "signed statement": Kind("host/signed.json", (("--config", "host/budgettrack.toml", "host", "take", "GR-1", "host/signed.json"),)),
    "key of statements": Kind("host/groups/GR-1/statement.key", (("--config", "host/groups/GR-1/budgettrack.toml", "statement", "--out", "host/again.json", *ON),)),
    "words of a group's last job": Kind("host/groups/GR-1/last-job.txt", (("--config", "host/budgettrack.toml", "host", "why", "GR-1"),)),
    "credentials": Kind("credentials.json", (("--config", "online.toml", "sync", *ON), ("--config", "online.toml", "doctor"))),
}  # fmt: skip


def make(folder: Path) -> None:
    """A group with all of these files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profiles").mkdir()
    (folder / "delivered").mkdir()
    for name in ("bank-layouts", "adopted", *ONLY_READ):
        (folder / name).mkdir()
    texts = {
        "profiles/fund.toml": PROFILE, "logo.svg": LOGO, "webhook.secret": "a secret of the hook\n", "online.toml": ONLINE,
        "hook.toml": HOOK, "answers.toml": ANSWERS, "table.csv": TABLE, "bank-layouts/harbour.toml": LAYOUT,
        "client.json": CLIENT, "google-sign-in.json": SIGN_IN, "csv/own.csv": OWN, "adopted/own.csv": OWN,
        **{f"{form}/own.toml": OTHER_FILE.replace("FILE", f"own.{form}") for form in ONLY_READ},
        "csv/budgettrack.toml": OTHER_FILE.replace("FILE", "own.csv"),
        ".~lock.plan.xlsx#": "",
        "credentials.json": json.dumps({
            "type": "service_account", "client_email": "books@group.example", "token_uri": "http://127.0.0.1:1/token",
            "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "project_id": "x", "private_key_id": "1",
        }),
    }  # fmt: skip
    group = Group(folder, config=CONFIG)
    for name, text in texts.items():
        if not name.startswith(".~"):
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
    for name, form in (
        ("bank.xml", bank_files.camt),
        ("bank.sta", bank_files.mt940),
        ("bank.ofx", bank_files.ofx),
        ("bank.csv", bank_files.table),
    ):
        (folder / name).write_bytes(form(BOOKED))
    with zipfile.ZipFile(folder / "bank.zip", "w") as archive:
        archive.write(folder / "bank.xml", "bank.xml")
    for ending in ("ods", "xls"):
        shutil.copy(OTHER_FILES / f"own.{ending}", folder / ending / f"own.{ending}")
    shutil.copy(folder / "plan.xlsx", folder / "xlsm" / "own.xlsm")
    for past, content in past_grants.FORMS.items():
        (folder / f"past.{past}").write_bytes(content)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    config = host_in(
        folder / "host",
        [row("GR-1", public_key=public)],
        plans={"GR-1": hosted_plan("GR-1")},
        more=with_money("GR-1"),
    )
    beside = folder / "host/groups/GR-1"
    (beside / "statement.key").write_bytes(base64.b64encode(key.private_bytes_raw()))
    with opened(config) as host:
        run_groups(host, run_job=lambda order, _: work(order))
        network.publish(host)
        at = host.now()
    # The name is made from the key of the host, which is another one each time.
    (answer,) = beside.glob("answer-*.json")
    answer.rename(beside / "answer.json")
    (beside / "answers-read.txt").write_text(f"{public} 2026-10-01T06:00:00+00:00\n")
    told = statement_of((beside / "statements/2026-10.json").read_bytes())
    told_signed, _ = signed(told, beside / "budgettrack.toml", at)
    (folder / "host/signed.json").write_bytes(told_signed)
    (beside / "statements/taken.txt").write_text("2026-10 2026-10-01T06:00:00+00:00\n")
    (folder / "host/reports").mkdir(exist_ok=True)
    (folder / "host/reports/open-data-groups.json").write_text('["GR-1"]')
    (folder / "host/groups/GR-1/settings.toml").write_text("[sync]\nrows = 7\n")
    (folder / "host/groups/GR-1/failures.json").write_text(FAILURES)
    group.set("Grants", "N2", "yes")
    group.sync()
    for words in (
        ("grants", "set", "G-1", "publish=yes", *ON),
        ("sync", *ON),
        *_SITE,
        *_FUNDER,
        *_MONTH,
        ("report", "iati", "--yes"),
        ("report", "360giving", "--yes", *ON),
        ("sync", *ON),
        ("backup", str(folder / "group.backup"), "--unencrypted", "--with-key"),
    ):
        result = group.run(*words)
        assert result.exit_code in (0, 3), result.output
    (folder / ".~lock.plan.xlsx#").write_text("")
    (folder / "register.sqlite-wal").write_bytes(b"")


def kept_apart(folder: Path, kind: Kind) -> None:
    """Remove what would hide the damage of another kind."""
    for name in (".~lock.plan.xlsx#", "register.sqlite-wal"):
        if kind.file != name:
            (folder / name).unlink(missing_ok=True)


def flipped(content: bytes, chance: random.Random) -> bytes:
    if not content:
        return b"\x00"
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 4, 60))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))] if content else b"x"


def emptied(_: bytes, __: random.Random) -> bytes:
    return b""


def nulled(content: bytes, chance: random.Random) -> bytes:
    """What a power cut leaves of the end of a file on some disks."""
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytes(len(content) - at)


def replaced(_: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"\xff\xfe\x00", b"PK\x03\x04", b"{}", b"[]", b"null", b"1e999", b"<a/>", b"SQLite format 3\x00", b"[" * 100_000, b"a = " + b"[" * 100_000, b'{"a":' * 100_000, b'"\\ud800"', b"a = 1\n", b"\xef\xbb\xbf", b"NaN"))  # fmt: skip


def number_changed(content: bytes, chance: random.Random) -> bytes:
    """A digit becomes many: a figure far out of all bounds."""
    places = [at for at, sign in enumerate(content) if 48 <= sign <= 57]
    if not places:
        return flipped(content, chance)
    at = chance.choice(places)
    return (
        content[:at]
        + chance.choice((b"9" * 30, b"-1", b"1e999", b"0", b"9999999"))
        + content[at + 1 :]
    )


def part_spoilt(content: bytes, chance: random.Random) -> bytes:
    """One part of a package is spoilt, and the package itself is sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return flipped(content, chance)
    name = chance.choice(sorted(parts))
    way = chance.choice((flipped, cut, emptied, nulled, replaced, number_changed, None))
    if way is None:
        del parts[name]
    else:
        parts[name] = way(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return out.getvalue()


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped, flipped, cut, emptied, nulled, replaced, number_changed, part_spoilt,
)  # fmt: skip
"""Ways to spoil the bytes of a file."""

PLACES = ("directory", "unreadable", "loop")
"""What may stand in its place."""


def put_in_place(path: Path, what: str) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if what == "directory":
        path.mkdir(parents=True)
    elif what == "loop":
        path.symlink_to(path.name)


def rounds(seed: int, times: int) -> Iterator[tuple[str, Kind, int]]:
    """Each kind so many times, with a seed for its damage."""
    for kind, what in KINDS.items():
        for number in range(times):
            yield kind, what, seed * 1_000_003 + number
