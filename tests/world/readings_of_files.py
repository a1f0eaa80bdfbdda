"""Every place in the program that reads a file, found in its source, and the kinds of damaged files
(see `damage`) that reach it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import budgettrack

PACKAGE = Path(budgettrack.__file__).parent
READING = {"read_text", "read_bytes"}
OWN = "own"
"""The file is part of the program, or of the computer, or was made by the same run."""

REACHED_BY: dict[str, tuple[str, ...]] = {
    "bank/formats/files.py documents": ("bank camt", "bank mt940", "bank ofx", "bank csv", "bank archive"),
    "cli/asking.py answers_of": ("answers",),
    "completion.py remember": ("known IDs",),
    "completion.py completions": ("known IDs",),
    "config/bank_csv.py layout_of": ("CSV layout",),
    "config/identifiers.py prefixes": (OWN,),
    "config/key.py key_of": ("key",),
    "config/key.py key_in": ("key",),
    "config/load.py load": ("config",),
    "config/profiles.py read": ("profile",),
    "files.py holds": ("a page",),
    "files.py _ours": ("list of site files", "list of delivered files"),
    "files.py _unlisted": ("data package", "a page"),
    "host/group_config.py defaults": ("config",),
    "host/group_config.py _own_settings": ("settings of a hosted group",),
    "host/group_config.py own_text": ("settings of a hosted group",),
    "host/rows.py other_currency": ("config of a hosted group",),
    "host/patience.py failures_in": ("failures of a hosted group",),
    "host/accounts.py _account": ("credentials",),
    "host/quiet.py watch_in": ("changes of sheets",),
    "host/status.py why": ("words of a group's last job",),
    "host/money.py take": ("signed statement",),
    "host/network.py _kept": ("sums of the network",),
    "host/open_data.py _remembered": ("named groups",),
    "answers.py _content": ("answer of the host",),
    "answers.py _known_answer": ("answer of the host",),
    "answers.py _newest_read": ("times of answers",),
    "answers.py _read": ("answer of the host",),
    "answers.py _said_by": ("answer of the host",),
    "statements.py newest": ("statement",),
    "statements.py _takes_consent_back": ("statement",),
    "statements.py _taken": ("times of signed statements",),
    "statements.py unreadable": ("statement",),
    "statements.py _key_in": ("key of statements",),
    "unchanged.py _profiles": ("profile",),
    "monthly/delivery/folder.py published": ("a page",),
    "monthly/delivery/secrets.py _of_file": ("webhook secret",),
    "opendata/giving.py _said_before": ("360Giving file",),
    "opendata/giving.py past_grants": ("past grants json", "past grants xlsx", "past grants csv", "past grants txt"),
    "opendata/iati_files.py _before": ("IATI file",),
    "redact.py _wiped": ("config",),
    "redact.py _remove": ("a private report",),
    "row_facts.py remembered": ("known rows",),
    "register/machine.py machine_hash": (OWN,),
    "register/sqlite.py holder": ("register writer",),
    "reports/base/branding.py logo_bytes": ("logo",),
    "reports/base/pdf.py picture": (OWN,),
    "reports/base/pdf.py _compiled": (OWN,),
    "reports/fingerprints.py _program": ("logo", OWN),
    "reports/fingerprints.py __init__": ("fingerprints",),
    "reports/fingerprints.py has": ("a private report",),
    "reports/fingerprints.py remember": ("a private report",),
    "reports/site/told_names.py told_then": ("told names",),
    "setup/adopt/place.py write_config": ("config of an adopted file",),
    "setup/backup.py _contents": ("config", "workbook"),
    "setup/backup.py _register": (OWN,),
    "setup/backup.py _files_of": ("logo", "profile"),
    "setup/backup.py _bytes": ("backup",),
    "setup/demo.py _is_ours": ("config",),
    "setup/doctor/trial.py _elsewhere": ("told names", "fingerprints"),
    "setup/doctor/trial.py _public": ("a page",),
    "setup/jobs.py _text": (OWN,),
    "setup/login.py _sign_in": ("sign-in",),
    "setup/presets/__init__.py _text": (OWN,),
    "setup/probe/run.py compared": (OWN,),
    "setup/sample/__init__.py _text": (OWN,),
    "workbook/google/credentials.py _key_file": ("credentials",),
    "workbook/google/credentials.py refresh": ("sign-in",),
    "workbook/google/sign_in.py client_of": ("OAuth client",),
    "workbook/xlsx/workbook.py content": ("workbook", "workbook ods", "workbook xls", "workbook csv", "workbook xlsm", "workbook to adopt"),
}  # fmt: skip
BY_LIBRARIES = (
    "register",
    "register journal",
    "register run lock",
    "lock of an office program",
    "previous workbook",
)
"""Files that SQLite or the operating system reads, or of which only the presence counts."""


def places() -> Iterator[str]:
    """Yields each function that reads a file, as `file function`."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and _reads(function):
                yield f"{path.relative_to(PACKAGE).as_posix()} {function.name}"


def _reads(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READING
        for node in ast.walk(function)
    )
