"""Every code of the catalogue is made by the real program: one reproducer each.

The findings of some groups have a file of their own, whose last test says that none is missing
there. All others are made here, or by the test that is named here."""

from __future__ import annotations

import json
import re
import sqlite3
import string
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.config.load import REGISTER, load
from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.config.place import find
from budgettrack.config.profiles import read
from budgettrack.core.base.catalogue import CODES, GROUPS, PLAN
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.opendata import iati
from budgettrack.register.store import RecordVersion
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.translations import words as translations
from budgettrack.reports.funder.write import profile_of
from tests.world.group import ON, Group, column
from tests.world.public_views import GRANTS, batch, pages

TESTS = Path(__file__).parent
XLSX = '[workbook]\nxlsx = "plan.xlsx"\n'
MAIL = '[mail]\nhost = "smtp.example.org"\nsender = "a@example.org"\n'
SECTORS = 'sectors = { "13040" = 100 }\n'
REPORTER = '[open_data.reporter]\nref = "XE-EXAMPLE-5"\n'
ONE = '[[recipients]]\nname = "one"\naddress = "one@example.org"\naudience = "public"\n'


def shape(text: str) -> str:
    return f"{XLSX}[tables.expenses]\n{text}"


def bank(text: str) -> str:
    return f"{XLSX}[bank]\n{text}"


def open_data(text: str, after: str = REPORTER) -> str:
    return f"{XLSX}[open_data]\n{text}{after}"


CONFIG = {
    "config-not-toml": "[workbook\n",
    "config-setting-unknown": XLSX + "colour = 1\n",
    "config-setting-gone": XLSX + '[organisation]\ncontact = "books@example.org"\n',
    "config-not-a-section": "organisation = 1\n" + XLSX,
    "config-not-a-list-of-sections": "recipients = 1\n" + XLSX,
    "config-not-a-text": "[workbook]\nxlsx = 5\n",
    "config-not-texts": shape("headings = 1\n"),
    "config-not-a-whole-number": XLSX + "[sync]\nrows = 0\n",
    "config-not-a-date": XLSX + 'start = "soon"\n',
    "config-not-a-month": XLSX + '[reports]\nfirst_month = "March 2016"\n',
    "config-not-true-or-false": shape('headings = { date = "D" }\nwrite = "yes"\n'),
    "config-not-an-address": XLSX + '[deliver]\nwebhook = "ftp://example.org"\n',
    "config-not-a-mail-address": XLSX + MAIL + 'reply_to = "somebody"\n',
    "config-language-unknown": XLSX + '[organisation]\nlanguage = "zz"\n',
    "config-currency-unknown": XLSX + '[organisation]\ncurrency = "EURO"\n',
    "config-time-zone-unknown": XLSX + '[organisation]\ntime_zone = "Lisbon"\n',
    "config-workbook-missing": "",
    "config-not-a-google-link": '[workbook]\ngoogle = "also"\n',
    "config-google-link-published": (
        '[workbook]\ngoogle = "https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml"\n'
    ),
    "config-address-not-usable": XLSX + 'address = "gateway"\n',
    "config-winner-unknown": XLSX + '[sync]\nwinner = "me"\n',
    "config-end-before-start": XLSX + "start = 2026-05-01\nend = 2026-01-01\n",
    "config-site-not-an-address": XLSX + '[reports]\nsite = "our page"\n',
    "config-folder-missing": XLSX + '[reports]\nprofiles = "nowhere"\n',
    "config-pictures-are-public": XLSX + '[reports]\npictures = "reports/public"\n',
    "config-logo-not-a-picture": XLSX + '[reports]\nlogo = "logo.bmp"\n',
    "config-colours-not-two": XLSX + '[reports]\ncolours = ["red"]\n',
    "config-paper-unknown": XLSX + '[reports]\npaper = "a5"\n',
    "config-share-not-usable": XLSX + '[shares]\noffice = { "B-1" = 60 }\n',
    "config-table-unknown": XLSX + '[tables.expences]\ntab = "x"\n',
    "config-field-unknown": shape('headings = { dat = "Date" }\n'),
    "config-tabs-not-names": shape('headings = { date = "D" }\ntabs = "Jan"\n'),
    "config-turned-not-fields": shape('headings = { date = "D" }\nturned = "amount"\n'),
    "config-turned-not-an-amount": shape('headings = { date = "D" }\nturned = ["description"]\n'),
    "config-mapping-not-usable": shape('headings = { date = "D" }\nrows = "all"\n'),
    "config-headings-missing": shape('tab = "x"\n'),
    "config-mail-missing": XLSX + ONE,
    "config-mail-host-missing": XLSX + '[mail]\nsender = "a@example.org"\n',
    "config-mail-sender-missing": XLSX + '[mail]\nhost = "smtp.example.org"\n',
    "config-mail-security-unknown": XLSX + MAIL + 'security = "ssl"\n',
    "config-mail-in-the-clear": XLSX + MAIL + 'security = "none"\n',
    "config-password-in-file": XLSX + MAIL + 'password = "x"\n',
    "config-pauses-not-usable": XLSX + MAIL + "pauses = [4000]\n",
    "config-day-not-usable": XLSX + "[monthly]\nday = 29\n",
    "config-hour-not-usable": XLSX + '[monthly]\nhour = "6"\n',
    "config-blocking-not-usable": XLSX + "[monthly]\nblocking = 1\n",
    "config-blocking-audience-unknown": XLSX + "[monthly]\nblocking = { host = [] }\n",
    "config-finding-unknown": XLSX + '[monthly]\nblocking = { funder = ["no-such"] }\n',
    "config-recipient-without-name": XLSX + MAIL + ONE.replace('name = "one"\n', ""),
    "config-recipient-twice": XLSX + MAIL + ONE + ONE,
    "config-recipient-name-is-address": XLSX + MAIL + ONE.replace('"one"', '"b@example.org"'),
    "config-recipient-without-address": XLSX + MAIL + ONE.replace("one@example.org", ""),
    "config-recipient-audience-missing": XLSX + MAIL + ONE.replace("public", "all"),
    "config-bank-date-missing": bank('amount = "A"\ncurrency = "EUR"\n'),
    "config-bank-amount-missing": bank('date = "D"\ncurrency = "EUR"\n'),
    "config-bank-currency-missing": bank('date = "D"\namount = "A"\n'),
    "config-bank-choice-unknown": bank(
        'date = "D"\namount = "A"\ncurrency = "EUR"\nsigns = "upside down"\n'
    ),
    "config-encoding-unknown": bank(
        'date = "D"\namount = "A"\ncurrency = "EUR"\nencoding = "utf-99"\n'
    ),
    "config-publisher-without-identifier": open_data(f'country = "PT"\n{SECTORS}', ""),
    "config-organisations-not-a-section": open_data(
        f'country = "PT"\n{SECTORS}organisations = "x"\n'
    ),
    "config-prefix-not-usable": open_data(f'country = "PT"\n{SECTORS}giving_prefix = "x"\n'),
    "config-reason-unknown": open_data(f'country = "PT"\n{SECTORS}withheld_because = "x"\n'),
    "config-identifier-not-usable": open_data(
        f'country = "PT"\n{SECTORS}', '[open_data.reporter]\nref = "PT 1/2"\n'
    ),
    "config-organisation-type-unknown": open_data(
        f'country = "PT"\n{SECTORS}', f'{REPORTER}type = "club"\n'
    ),
    "config-place-missing": open_data(SECTORS),
    "config-country-unknown": open_data(f'country = "Lisbon"\n{SECTORS}'),
    "config-region-unknown": open_data(f'region = "Europe"\n{SECTORS}'),
    "config-sectors-missing": open_data('country = "PT"\n'),
    "config-sector-refused": open_data('country = "PT"\nsectors = { "16063" = 100 }\n'),
    "config-sector-unknown": open_data('country = "PT"\nsectors = { "99999" = 100 }\n'),
    "config-sector-share-not-usable": open_data('country = "PT"\nsectors = { "13040" = 0 }\n'),
    "config-sectors-not-whole": open_data('country = "PT"\nsectors = { "13040" = 60 }\n'),
    "config-languages-not-a-list": open_data(f'country = "PT"\n{SECTORS}languages = "en"\n'),
    "config-colour-too-pale": XLSX + '[reports]\ncolours = ["#ffee00", "#b98900"]\n',
}
GOOD = 'title = "T"\nsource = "S"\n'
LIMIT = '[[limit]]\nsource = "x"\nverified = true\n'
PROFILES = {
    "profile-not-toml": "title = \n",
    "profile-key-not-usable": 'titel = "T"\n',
    "profile-name-unknown": GOOD + 'columns = ["spend"]\n',
    "profile-year-not-usable": GOOD + "year_starts = 13\n",
    "profile-rates-missing": GOOD + 'rate = "fixed"\n',
    "profile-round-not-usable": GOOD + "round_to = 0\n",
    "profile-rate-not-usable": GOOD + 'rates = { EUR = "0" }\n',
    "profile-pattern-slow": GOOD + '[[category]]\nname = "A"\npattern = "(a+)+b"\n',
    "profile-pattern-not-usable": GOOD + '[[category]]\nname = "A"\npattern = "("\n',
    "profile-sum-unknown": GOOD + '[[category]]\nname = "A"\nsum = ["z"]\n',
    "profile-category-twice": GOOD + '[[category]]\nname = "A"\n' * 2,
    "profile-limit-without-currency": GOOD + LIMIT + "amount = 5\n",
    "profile-limit-empty": GOOD + LIMIT,
    "profile-match-below-zero": GOOD + "match_percent = -1\n",
    "profile-currency-unknown": GOOD + 'currency = "ZZZ"\n',
    "profile-limit-below-zero": GOOD + LIMIT + "percent = -5\n",
}
ELSEWHERE = {
    "taking-back-unfinished": (
        "test_taking_back.py",
        "test_the_next_run_finishes_what_another_computer_withdrew",
    ),
    "config-open-data-missing": (
        "test_giving.py",
        "test_without_open_data_the_section_is_asked_for",
    ),
    "config-publisher-withheld": (
        "test_giving.py",
        "test_a_publisher_cannot_be_withheld_and_a_prefix_has_its_form",
    ),
    "key-missing": ("test_group_key.py", "test_doctor_tells_what_is_wrong_with_the_key"),
    "key-not-usable": ("test_group_key.py", "test_doctor_tells_what_is_wrong_with_the_key"),
    "would-be-refused": (
        "test_doctor_law.py",
        "test_what_a_delivery_would_refuse_is_said_before_in_the_same_words",
    ),
    "would-be-told": ("test_doctor_law.py", "test_a_clock_that_was_set_back_is_said_before"),
    "webhook-not-usable": (
        "test_doctor_law.py",
        "test_what_a_delivery_would_refuse_is_said_before_in_the_same_words",
    ),
    "pdf-not-installed": (
        "test_doctor_law.py",
        "test_without_the_extra_a_pdf_is_refused_and_told_before",
    ),
    "left-by-killed-run": ("test_doctor.py", "test_what_killed_runs_left_is_said_and_cleaned"),
    "disk-nearly-full": ("test_doctor.py", "test_a_disk_that_is_nearly_full_is_said"),
    "month-not-run": ("test_doctor.py", "test_a_month_that_was_not_run_is_said"),
    "month-missed": ("test_doctor.py", "test_a_month_that_was_not_run_is_said"),
    "identifier-unregistered": (
        "test_doctor.py",
        "test_an_identifier_of_no_published_register_is_said",
    ),
    "open-to-others": ("test_permissions.py", "test_doctor_says_what_stands_open"),
    "sheet-in-trash": (
        "test_doctor.py",
        "test_a_sheet_in_the_trash_is_said_although_it_can_still_be_used",
    ),
    "range-protected": (
        "test_doctor.py",
        "test_a_tab_that_is_closed_to_the_program_is_said_before_anything_is_written",
    ),
    "link-of-another-tab": ("test_doctor.py", "test_a_link_to_a_tab_that_is_gone_is_said"),
    "people-named": ("test_doctor.py", "test_a_column_that_names_people_is_told"),
    "hold-older-register": (
        "test_holds.py",
        "test_every_question_names_the_hold_and_a_command_releases_it",
    ),
    "hold-other-machine": ("test_holds.py", "test_a_held_month_does_all_but_send"),
    "hold-unknown-deliveries": ("test_holds.py", "test_a_held_month_does_all_but_send"),
    "hold-register-rebuilt": (
        "test_rebuild.py",
        "test_what_another_program_altered_is_left_out_and_the_rest_is_kept",
    ),
    "register-broken": (
        "test_proof.py",
        "test_doctor_proves_the_register_and_says_which_run_is_the_last_that_holds",
    ),
    "register-unreadable": (
        "test_proof.py",
        "test_doctor_proves_the_register_and_says_which_run_is_the_last_that_holds",
    ),
    "totals-differ": (
        "test_proof.py",
        "test_doctor_proves_the_register_and_says_which_run_is_the_last_that_holds",
    ),
    "delivery-open": (
        "test_cycle.py",
        "test_what_is_unknown_is_told_and_only_a_person_sends_it_again",
    ),
}
"""Codes that take more than a text: the file and the test that make them."""
WHOLE_GROUPS = {
    "test_boundaries_of_cells.py": ("data",),
    "core/decide/test_boundaries.py": ("sync", "reports"),
    "core/test_boundaries.py": ("money", "work", "promises", "supplies", "privacy"),
    "core/views/test_boundaries.py": ("drafts",),
    "test_giving.py": ("360giving",),
}
"""Files that make every finding of a group, and hold their own list complete."""
OPEN_DATA = OpenData(
    country="PT",
    region="",
    sectors={"13040": Decimal(100)},
    reporter=Organisation("Lighthouse Network", "XE-EXAMPLE-500000000", "22"),
    secondary=True,
    group=Organisation("Harbour Peers", "XE-EXAMPLE-500000001"),
    organisations={
        name: Organisation(name, f"XE-EXAMPLE-50000001{number}")
        for number, name in enumerate(("Northern Lights Fund", "Tide Trust"))
    },
    languages=("en",),
    because="safety",
)


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REGISTER, raising=False)


def made(path: Path, text: str) -> list[Finding]:
    """The findings of loading a config, and of making its reports' looks."""
    path.write_text(text, "utf-8")
    try:
        look_of(load(path))
    except ConfigError as error:
        return error.findings
    return []


@pytest.mark.parametrize("code", CONFIG)
def test_a_mistake_in_the_config_is_a_finding_with_its_place(code: str, tmp_path: Path) -> None:
    findings = made(tmp_path / "budgettrack.toml", CONFIG[code])

    (found,) = [each for each in findings if each.code == code]
    assert found.place.startswith("budgettrack.toml")
    assert found.severity == "error"
    assert_whole(found)


def test_a_config_without_a_mistake_has_no_finding(tmp_path: Path) -> None:
    assert made(tmp_path / "budgettrack.toml", XLSX + MAIL + ONE) == []


@pytest.mark.parametrize("code", PROFILES)
def test_a_mistake_in_a_profile_is_a_finding_with_its_line(code: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(PROFILES[code], "utf-8")
    with pytest.raises(ConfigError) as caught:
        read(path)

    found = next(each for each in caught.value.findings if each.code == code)
    assert re.match(r"own\.toml(, line \d+, [\w.\[\]]+)?$", found.place)
    assert_whole(found)


def test_files_that_are_missing_or_no_text_are_findings(tmp_path: Path) -> None:
    codes = []
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe")
    for attempt in (
        lambda: find(None, tmp_path, {}),
        lambda: find(str(tmp_path / "no.toml"), tmp_path, {}),
        lambda: load(broken),
        lambda: read(broken),
    ):
        with pytest.raises(ConfigError) as caught:
            attempt()
        codes += [found.code for found in caught.value.findings]

    assert codes == [
        "config-missing",
        "config-file-missing",
        "config-not-readable",
        "profile-not-readable",
    ]


def iati_codes(
    change: Mapping[str, object] = MappingProxyType({}), planned: int = 0, **settings: Any
) -> set[str]:
    """The codes about IATI files of a group, its first grant changed."""
    grant = replace(GRANTS[0], **change)
    batches = [batch(grant=grant.id), batch(grant=grant.id, what="budget", units=planned)]
    publisher = iati.Publisher(
        "Harbour Peers", replace(OPEN_DATA, **settings), [translations("en")]
    )
    made_of = iati.made(pages(batches, ["2026-03"], grants=(grant,)), publisher)
    for found in made_of.findings:
        assert_whole(found)
    return {found.code for found in made_of.findings}


IATI: dict[str, dict[str, object]] = {
    "iati-id-not-usable": {"id": "G/1"},
    "iati-id-reserved": {"id": "together"},
    "iati-without-start": {"start": None},
    "iati-dates-turned": {"start": "2026-05", "end": "2026-01"},
    "iati-currency-not-listed": {"currency": "DEM"},
    "iati-funder-missing": {"funder": " "},
    "iati-funder-without-identifier": {"funder": "Somebody"},
    "iati-spending-outside-dates": {"start": "2026-04"},
    "iati-still-active": {"end": "2026-01"},
    "iati-control-character": {"title": "A\x0broom"},
}
IATI_SILENT: dict[str, dict[str, object]] = {
    "iati-id-not-usable": {"id": "G-1.2_a"},
    "iati-id-reserved": {"id": "together-2"},
    "iati-without-start": {"start": "2025-06"},
    "iati-dates-turned": {"start": "2025-07", "end": "2025-07"},
    "iati-currency-not-listed": {"currency": "SEK"},
    "iati-funder-missing": {"funder": "F"},
    "iati-funder-without-identifier": {"funder": "Tide Trust"},
    "iati-spending-outside-dates": {"start": "2026-03", "end": "2026-03"},
    "iati-still-active": {"end": "2026-03"},
    "iati-control-character": {"title": "A\troom"},
}
"""For each code the nearest grant that has no such finding."""
BELOW_ZERO = ("iati-budget-below-zero", "iati-year-below-zero")


@pytest.mark.parametrize("code", IATI)
def test_what_is_wrong_in_a_published_grant_is_a_finding(code: str) -> None:
    assert code in iati_codes(IATI[code])


@pytest.mark.parametrize("code", IATI)
def test_the_nearest_grant_that_is_right_has_no_such_finding(code: str) -> None:
    assert code not in iati_codes(IATI_SILENT[code])


def test_an_active_grant_that_ended_is_doubted_and_a_closed_one_is_not() -> None:
    assert "iati-still-active" not in iati_codes({"end": "2026-01", "state": "closed"})


def test_budgets_below_zero_are_findings() -> None:
    assert {*BELOW_ZERO} <= iati_codes(planned=-100)
    assert not {*BELOW_ZERO} & iati_codes(planned=0)


def test_a_group_without_identifier_is_a_finding() -> None:
    code = "iati-publisher-without-identifier"
    assert code in iati_codes(group=Organisation("Harbour Peers"))
    assert code not in iati_codes()


def test_a_profile_that_is_not_there_is_what_the_draft_lacks(tmp_path: Path) -> None:
    config = tmp_path / "budgettrack.toml"
    config.write_text(XLSX)

    _, lacks = profile_of(load(config), "nobodys")

    assert [str(found) for found in lacks] == [
        "nobodys  warning  draft-profile-unknown  There is no profile nobodys; the usual one stands"
        " in for it. Correct Profile under Grants."
    ]


def told_by_doctor(group: Group) -> list[str]:
    rows = json.loads(group.run("doctor", "--json").stdout)
    assert all(row["place"] and row["problem"] and row["remedy"] for row in rows)
    return [row["code"] for row in rows]


@pytest.mark.slow
def test_doctor_finds_what_stands_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = '[[recipients]]\nname = "one"\naddress = "a@example.org"\naudience = "funder:G-9"\n'
    group = Group(tmp_path, config=XLSX + MAIL.replace("smtp.example.org", "127.0.0.1") + reader)
    group.config.write_text(
        group.config.read_text().replace("[[recipients]]", "port = 9\n[[recipients]]")
    )
    group.sync()
    assert "publishing-stopped" not in told_by_doctor(group)
    group.run("unpublish")
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as register:
        register.execute("PRAGMA user_version = 0")
        holder = json.dumps({"who": "cron", "since": "2026-11-01T06:00:00+00:00"})
        register.execute("INSERT INTO meta (key, value) VALUES ('holder', ?)", (holder,))
        register.commit()

    assert told_by_doctor(group) == [
        "mail-not-usable",
        "recipient-grant-unknown",
        "publishing-stopped",
        "run-unfinished",
    ]

    (tmp_path / "reports").rename(tmp_path / "kept")
    (tmp_path / "reports").write_text("a file")
    assert "reports-not-writable" in told_by_doctor(group)

    url = "postgresql://books:secret@db.invalid/books"
    for mode, told in (("", True), ("?sslmode=require", True), ("?sslmode=verify-full", False)):
        monkeypatch.setenv("BUDGETTRACK_REGISTER", url + mode)
        assert ("register-in-the-open" in told_by_doctor(group)) == told
        assert "secret" not in group.run("doctor").output
    monkeypatch.delenv("BUDGETTRACK_REGISTER")

    (tmp_path / "register.sqlite").write_bytes(b"no database at all")
    assert "register-not-usable" in told_by_doctor(group)

    group.path.unlink()
    assert told_by_doctor(group) == ["workbook-not-usable"]

    group.config.write_text(XLSX + "colour = 1\n")
    assert told_by_doctor(group) == ["config-setting-unknown"]


DOCTOR = (
    "mail-not-usable",
    "recipient-grant-unknown",
    "publishing-stopped",
    "run-unfinished",
    "reports-not-writable",
    "register-in-the-open",
    "register-not-usable",
    "workbook-not-usable",
)


@pytest.mark.slow
def test_a_row_removed_on_one_side_and_changed_on_the_other_is_a_finding(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    budget = group.held().records["budget"]
    group.by_hand(
        RecordVersion("budget", "B-1", {**budget["B-1"], "category": "Room"}, "register"),
        RecordVersion("budget", "B-2", None, "register"),
    )
    group.edit(lambda book: book["Budget"].delete_rows(2))
    group.set("Budget", f"{column('Budget', 'Category', group.path)}2", "Venue")
    group.run("sync", *ON)

    assert {"conflict-removed-here", "conflict-removed-there"} <= {
        code for _, code in group.codes()
    }


def assert_whole(found: Finding) -> None:
    """The words are filled in, and each is a sentence."""
    for words in (found.problem, found.remedy):
        assert words
        assert not re.search(r"\{\w*\}", words)
    assert (
        str(found)
        == f"{found.place}  {found.severity}  {found.code}  {found.problem} {found.remedy}"
    )


HERE = {
    *CONFIG,
    *PROFILES,
    *IATI,
    *BELOW_ZERO,
    *DOCTOR,
    *("iati-publisher-without-identifier", "draft-profile-unknown"),
    *("config-missing", "config-file-missing", "config-not-readable", "profile-not-readable"),
}


def test_every_code_has_a_reproducer() -> None:
    elsewhere = {group for groups in WHOLE_GROUPS.values() for group in groups}
    ours = {name for name, code in CODES.items() if code.group not in elsewhere}

    assert ours - HERE == {*ELSEWHERE}
    assert elsewhere < {*GROUPS}


@pytest.mark.parametrize("file", WHOLE_GROUPS)
def test_a_file_that_makes_every_finding_of_a_group_holds_its_list_complete(file: str) -> None:
    (test,) = re.findall(
        r"(?ms)^def test_every_(?:finding|question)\w+\(.*?(?=^def |^@|\Z)",
        (TESTS / file).read_text("utf-8"),
    )

    assert "==" in test
    assert "CODES.items()" in test or "KINDS" in test


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_test_elsewhere_demands_the_code_or_its_words(code: str) -> None:
    file, test = ELSEWHERE[code]
    text = (TESTS / file).read_text("utf-8")
    (body,) = re.findall(rf"(?ms)^def {test}\(.*?(?=^def |^@|\Z)", text)
    words = re.split(r"[{.,]", CODES[code].problem)[0]

    assert code in body or words in body


def test_only_codes_of_the_catalogue_can_be_made() -> None:
    with pytest.raises(KeyError):
        finding("no-such-code")


def test_codes_are_lower_case_words_in_a_known_group() -> None:
    assert [code for code in CODES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
    assert {code.group for code in CODES.values()} == set(GROUPS)
    assert {PLAN[code].group for code in PLAN} < set(GROUPS)


@pytest.mark.parametrize("code", CODES)
def test_words_are_sentences(code: str) -> None:
    """A remedy may end with a command, which takes no full stop."""
    kind = CODES[code]
    for words in (kind.problem, kind.remedy):
        assert words[0].isupper() or words[0] in '"{'
    assert kind.problem[-1] in ".}"
    assert [*string.Formatter().parse(kind.problem + kind.remedy)]
