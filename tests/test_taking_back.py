"""What is public is taken back: one name by one command, everything by another, through the command
line with a delivered folder and a real mail server."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import assume, given
from hypothesis import strategies as st

from budgettrack import files as files_of
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.withdrawn import Withdrawal
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
from budgettrack.register import taking_back
from budgettrack.register.store import RecordVersion, open_register
from budgettrack.reports.site import told_names
from budgettrack.reports.site.empty import PAGE
from tests.world.group import Group, column
from tests.world.partners import Sending
from tests.world.report_text import everything
from tests.world.smtp_server import PASSWORD, MailHost, Partners, Taken, address

pytestmark = pytest.mark.slow

LINES = (
    ("B-1", "G-1", "A-1", "Rent"),
    ("B-2", "G-1", "A-2", "Meals"),
    ("B-3", "G-2", "A-1", "Rent"),
)
# Most of each award is spent. Of an award that is hardly spent, the sealing keeps so many payments
# beside all that a line has left that a page has no figure, and nothing could be taken back.
ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": id_, "funder": funder, "title": title, "state": "active", "currency": "EUR", "amount": amount}
        | {"start": "2026-01-01", "end": "2026-12-31", "publish": "yes"}
        for id_, funder, title, amount in (("G-1", "Northern Fund", "A room", "4000"), ("G-2", "Tide Trust", "Evenings", "2000"))
    ],
    "work_plan": [
        {"id": "A-1", "activity": "Open the drop-in", "milestone": "Doors open", "progress_note": "Tide Trust came to see it."}
        | {"start": "2026-01-01", "end": "2026-11-30", "status": "under way"},
        {"id": "A-2", "activity": "Cook at night", "milestone": "A hundred served", "progress_note": "We cooked."}
        | {"start": "2026-01-01", "end": "2026-12-31", "status": "under way"},
    ],
    "budget": [
        {"id": id_, "grant": grant, "activity": activity, "category": category, "amount": "2000", "people_paid": "0"}
        for id_, grant, activity, category in LINES
    ],
    "expenses": [
        {"id": f"E-{line}-{month}-{n}", "date": f"2026-{month:02}-1{n}", "budget_line": line, "state": "paid"}
        | {"description": f"Bought {line} {month} {n}", "amount": f"{90 + n + month}.{10 + n}"}
        for line, *_ in LINES
        for month in (8, 9, 10)
        for n in range(1, 7)
    ],
    "income": [
        {"id": "I-1", "date": "2026-01-15", "grant": "G-1", "kind": "instalment", "state": "received", "amount": "3000"}
    ],
}  # fmt: skip
OPEN_DATA = """
[open_data]
country = "PT"
sectors = { "13040" = 100 }
giving_prefix = "360G-tide"
[open_data.reporter]
name = "Tide Trust"
ref = "XE-EXAMPLE-500000000"
type = "foundation"
[open_data.group]
ref = "XE-EXAMPLE-500000001"
"""
NOVEMBER = ("--on", "2026-11-02")
NOTE = "Progress note (published)"
OPEN_FILES = (
    "iati/activities.xml",
    "iati/organisation.xml",
    "exclusions.html",
    "360giving/grants.json",
    "360giving/grants.xlsx",
)


@pytest.fixture(scope="module")
def one_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailHost]:
    with MailHost(tmp_path_factory.mktemp("mail")) as made:
        yield made


@pytest.fixture
def host(one_host: MailHost, password: None) -> MailHost:  # noqa: ARG001
    """The mail server, which has forgotten the tests before."""
    one_host.forget()
    return one_host


@pytest.fixture(scope="module")
def october(
    tmp_path_factory: pytest.TempPathFactory, one_host: MailHost
) -> tuple[Path, list[Taken]]:
    """A folder with a group whose October was sent and delivered, and the mails of that run. They
    are made once: every test has a copy."""
    folder = tmp_path_factory.mktemp("october")
    (folder / "group").mkdir()
    (folder / "www").mkdir()
    to = Partners().add("everybody", "public").add("fund one", "funder:G-1").add("desk", "internal")
    more = f'[deliver]\nfolder = "{folder / "www"}"\n' + OPEN_DATA
    one_host.forget()
    made = Sending(folder / "group", one_host, rows=ROWS, to=to, more=more)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(MAIL_PASSWORD, PASSWORD)
        assert made.run("monthly", "--send", *NOVEMBER).exit_code in (0, 3)
    return folder, list(one_host.taken)


@pytest.fixture
def sending(tmp_path: Path, host: MailHost, october: tuple[Path, list[Taken]]) -> Sending:
    """A group whose October was sent and delivered, with its open data."""
    made, mails = october
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    host.taken += mails
    copy = Sending.there(tmp_path / "group")
    copy.config.write_text(copy.config.read_text("utf-8").replace(str(made), str(tmp_path)))
    # A copy in another folder sends nothing until somebody says that it is the one.
    copy.run("monthly", "--send", *NOVEMBER)
    copy.run("deliveries", "release", "other-machine")
    return copy


def public(sending: Sending) -> dict[str, bytes]:
    return files(sending.folder / "reports" / "public")


def delivered(sending: Sending) -> dict[str, bytes]:
    return files(sending.folder.parent / "www")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def output(result: Result) -> list[str]:
    return result.output.splitlines()


def standings(sending: Sending, table: str, month: str = "2026-10") -> dict[str, tuple[str, str]]:
    """The rows of a table of a page: name to planned and spent. A row without a name has its
    kind."""
    rows = json.loads(public(sending)["data.json"])["standings"]
    return {
        row["grant"] or row["activity"] or (row["name"] if row["kind"] == "row" else row["kind"]): (
            row["planned"],
            row["spent"],
        )
        for row in rows
        if (row["month"], row["table"]) == (month, table)
    }


def with_open_data(sending: Sending) -> None:
    assert sending.run("report", "iati", "--yes").exit_code in (0, 3)
    assert sending.run("report", "360giving", "--yes", *NOVEMBER).exit_code in (0, 3)
    assert set(OPEN_FILES) <= set(public(sending))


def says(files: dict[str, bytes], *words: str) -> list[str]:
    """The words that stand in the files, in any case, also inside workbooks and in their names."""
    text = " ".join((everything(files), *files)).casefold()
    return [word for word in words if re.search(re.escape(word.casefold()), text)]


# ---- one name


def test_a_category_is_withheld_on_every_page_and_the_sums_stay(sending: Sending) -> None:
    with_open_data(sending)
    before = standings(sending, "category")
    assert says(public(sending), "Meals") == ["Meals"]
    done = sending.run("withdraw", "category", "meals", "--by", "coordinator")
    assert output(done)[:4] == [
        "The category Meals is withdrawn.",
        f"Written again: {sending.folder / 'reports' / 'public'} and {sending.folder.parent / 'www'}.",
        "If you put the files online by hand, do it now.",
        "On another computer with this register: budgettrack monthly",
    ]
    assert says(public(sending), "Meals") == says(delivered(sending), "Meals") == []
    after = standings(sending, "category")
    assert after["total"] == before["total"]
    assert after["withheld"] == before["Meals"]
    assert after["Rent"] == before["Rent"]
    assert standings(sending, "category", "2026-09")["withheld"][1] is not None, "old pages too"
    assert set(OPEN_FILES) <= set(public(sending)), "open data is made again"
    assert b"Not told here. Reason: safety" in public(sending)["iati/organisation.xml"]


def test_an_activity_goes_with_its_words_and_its_money_is_withheld(
    sending: Sending, host: MailHost
) -> None:
    words = ("Cook at night", "A hundred served", "We cooked", "A-2")
    assert says(public(sending), *words) == [*words]
    before = standings(sending, "activity")
    assert sending.run("withdraw", "activity", "a-2").exit_code == 3
    assert says(public(sending), *words) == says(delivered(sending), *words) == []
    assert standings(sending, "activity")["withheld"] == before["A-2"]
    assert sending.run("monthly", "--send", "--on", "2026-12-02").exit_code in (0, 3)
    assert "2026-11.html" in delivered(sending)
    assert says(public(sending), *words) == says(delivered(sending), *words) == [], "nor next month"
    mail = host.to(address("everybody"))[-1]
    assert "November 2026" in str(mail["subject"])
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    body = {"mail": "".join(map(str, texts)).encode()}
    assert says(body, "Doors open") == ["Doors open"], "what is coming stands in the mail"
    assert says(body, *words) == []


def test_an_organisation_is_named_nowhere(sending: Sending) -> None:
    with_open_data(sending)
    assert says(public(sending), "Northern Fund") == ["Northern Fund"]
    assert sending.run("withdraw", "organisation", "northern  FUND").exit_code == 3
    assert says(public(sending), "Northern Fund") == says(delivered(sending), "Northern Fund") == []
    assert b"Not named. Reason: safety" in public(sending)["iati/activities.xml"]


def test_an_organisation_that_only_a_note_names_can_be_withdrawn(sending: Sending) -> None:
    sending.config.write_text(sending.config.read_text().replace('"Tide Trust"', '"Somebody"'))
    assert sending.run("withdraw", "organisation", "came to see").exit_code == 3
    assert says(public(sending), "came to see") == []


def test_an_organisation_is_not_named_by_the_ids_of_its_grant_and_activity(
    tmp_path: Path,
) -> None:
    """People type IDs of their own."""
    text = json.dumps(ROWS).replace('"G-2"', '"TIDE-2026"').replace('"A-1"', '"Tide_trust.1"')
    config = '[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "plan.xlsx"\n' + OPEN_DATA
    group = Group(
        tmp_path, json.loads(text), config.replace('name = "Tide Trust"', 'name = "Somebody"')
    )
    group.sync()
    group.run("report", "transparency", *NOVEMBER)
    group.run("report", "iati", "--yes")
    public_files = tmp_path / "reports" / "public"
    before = json.loads(files(public_files)["data.json"])["standings"]
    assert says(files(public_files), "TIDE-2026", "Tide_trust.1") == ["TIDE-2026", "Tide_trust.1"]
    for name in ("Tide Trust", "Tide"):
        assert group.run("withdraw", "organisation", name).exit_code in (0, 3)
    assert says(files(public_files), "TIDE") == []
    after = json.loads(files(public_files)["data.json"])["standings"]
    assert [(row["kind"], row["spent"]) for row in after] == [
        (row["kind"], row["spent"]) for row in before
    ]
    rows = {(row["table"], row["name"]) for row in after}
    assert {("activity", "….1"), ("grant", "…-2026")} <= rows
    page = files(public_files)["2026-10-figures.html"].decode()
    assert re.search(r"Open the drop-in</span></th>\s*<td[^>]*>[^3]*3,094\.14", page), (
        "its row has its words"
    )


def test_a_grant_is_withheld_in_the_pages_the_open_data_and_the_sheet(sending: Sending) -> None:
    with_open_data(sending)
    words = ("G-2", "Evenings")
    assert says(public(sending), *words) == [*words]
    before = standings(sending, "grant")
    done = sending.run("withdraw", "grant", "g-2")
    assert done.exit_code == 3
    assert "Its Publish is no. It stands in the workbook after the next sync." in done.output
    assert says(public(sending), *words) == says(delivered(sending), *words) == []
    assert standings(sending, "grant")["withheld"] == before["G-2"]
    # The only grant that the publisher gives is gone, and with it the file.
    assert "360giving/grants.json" not in public(sending)
    assert (
        "Deleted, because nobody has read what it would say now: 360giving/grants.json,"
        " 360giving/grants.xlsx." in done.output
    )
    assert "iati/activities.xml" in public(sending)
    sending.sync()
    assert sending.cell("Grants", f"{column('Grants', 'Publish', sending.path)}3") == "no"
    assert sending.run("report", "transparency", *NOVEMBER).exit_code == 0
    assert says(public(sending), *words) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("grant", "G-2"),
        ("activity", "A-2"),
        ("category", "Meals"),
        ("organisation", "Northern Fund"),
    ],
)
def test_what_was_withdrawn_comes_back_as_it_was(sending: Sending, kind: str, name: str) -> None:
    before = public(sending)
    sending.run("withdraw", kind, name)
    assert public(sending) != before
    done = sending.run("withdraw", kind, name, "--undo")
    assert (done.exit_code, output(done)[0]) == (0, f"The {kind} {name} is public again.")
    assert public(sending) == delivered(sending) == before
    again = sending.run("withdraw", kind, name, "--undo")
    assert again.output == f"The {kind} {name} is not withdrawn. Nothing was changed.\n"


def test_what_is_withdrawn_is_listed_and_withdrawn_once(sending: Sending) -> None:
    assert sending.run("withdraw").output == "Nothing is withdrawn.\n"
    sending.run("withdraw", "category", "Meals", "--by", "coordinator")
    again = sending.run("withdraw", "category", "MEALS")
    assert (again.exit_code, again.output) == (
        0,
        "The category Meals is withdrawn already. Nothing was changed.\n",
    )
    (row,) = json.loads(sending.run("withdraw", "--json").stdout)
    assert (row["kind"], row["name"], row["by"]) == ("category", "Meals", "coordinator")


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("grant", "G-9", "There is no grant G-9. Did you mean G-2?"),
        ("category", "Meal", "There is no category Meal. Did you mean Meals?"),
        ("activity", "A-22", "There is no activity A-22. Did you mean A-2?"),
        ("organisation", "Nothern Fund", "There is no organisation Nothern Fund. Did you mean"),
        ("organisation", "at", "There is no organisation at."),
        ("organisation", "Tide Trust", "Tide Trust is who publishes. To take down everything"),
        ("category", " ", "No name was given."),
    ],
)
def test_a_slip_is_refused_because_the_name_would_stay_public(
    sending: Sending, kind: str, name: str, said: str
) -> None:
    before = public(sending)
    done = sending.run("withdraw", kind, name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert public(sending) == before


def test_a_blank_name_is_told_what_to_type(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    group.sync()
    for kind in ("grant", "activity", "category", "organisation"):
        for name in ("", " \t", "\u00a0"):
            done = group.run("withdraw", kind, name)
            assert (done.exit_code, done.stdout) == (2, "")
            assert done.stderr.startswith(
                f"No name was given. Type it after the command: budgettrack withdraw {kind} "
            )


def test_no_argument_passes_in_silence_or_breaks_the_command(tmp_path: Path) -> None:
    """Place, problem and remedy for whatever is typed: a name that nothing has is told with what
    there is, and nothing is withdrawn."""
    group = Group(tmp_path, ROWS)
    group.sync()
    there = {
        "grant": ["G-1", "G-2"],
        "activity": ["A-1", "A-2"],
        "category": ["Rent", "Meals"],
        "organisation": ["Northern Fund", "Tide Trust"],
    }
    texts = [each for rows in ROWS.values() for row in rows for each in row.values()]
    odd = ("Total", "--", "-x", "G-", "a-", "Meals,Rent", '"', "'; DROP", "{", "title", "%s", "\\")
    drawn = st.one_of(st.sampled_from(odd), st.text(max_size=200), st.text("GAB-12 ", max_size=5))

    @given(st.sampled_from([*there]), drawn, st.booleans())
    def search(kind: str, name: str, undo: bool) -> None:
        known = " ".join(name.split()).casefold()
        assume(known not in {each.casefold() for each in there[kind]})
        assume(kind != "organisation" or not any(known in text.casefold() for text in texts))
        done = group.run("withdraw", kind, *(["--undo"] if undo else []), "--", name)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        if undo:
            assert (done.exit_code, done.stderr) == (0, "")
            assert done.stdout.startswith(f"The {kind} ")
            assert done.stdout.endswith(" is not withdrawn. Nothing was changed.\n")
            return
        assert (done.exit_code, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        assert line.isprintable() or not name.isprintable()
        assert len(line) < 300
        blank = line.startswith("No name was given. Type it after the command: ")
        told = line.startswith(f"There is no {kind} ") and re.search(
            r" (Did you mean .+\?|There are: .+\.)$", line
        )
        assert blank if not name.strip() else told

    search()
    assert group.run("withdraw").output == "Nothing is withdrawn.\n"


def test_a_renamed_line_does_not_bring_a_withdrawn_category_back(sending: Sending) -> None:
    sending.run("withdraw", "category", "Meals")
    sending.set("Budget", f"{column('Budget', 'Category', sending.path)}3", "Warm food")
    sending.sync()
    assert sending.run("report", "transparency", *NOVEMBER).exit_code == 0
    assert says(public(sending), "Meals") == []
    assert says(public(sending), "Warm food") == [], "the same money would get its new name"


def test_a_new_name_of_a_withdrawn_category_waits_for_a_person(sending: Sending) -> None:
    """The next payment has another label than the old ones; it must not tell of them either."""
    sending.run("withdraw", "category", "Meals", "--by", "coordinator")
    sending.set("Budget", f"{column('Budget', 'Category', sending.path)}3", "Warm food")
    bought = [row for row in ROWS["expenses"] if row["budget_line"] == "B-2"]
    for n, row in enumerate(bought[:6], 1):
        new = {name: text for name, text in row.items() if name != "id"}
        new |= {"date": f"2026-11-0{n}", "description": f"Bought B-2 11 {n}"}
        sending.by_hand(RecordVersion("expenses", f"E-new-{n}", new, "register"))
    sending.sync()
    (told,) = [each for each in sending.json("checks") if each["code"] == "new-name-withdrawn"]
    assert told["place"] == f"'Budget'!{column('Budget', 'Category', sending.path)}3"
    assert sending.run("report", "transparency", "--on", "2026-12-02").exit_code == 0
    assert "2026-11.html" in public(sending)
    assert says(public(sending), "Meals", "Warm food") == []
    rows = sending.json("withdraw")
    assert [(row["name"], row["by"], row["before"]) for row in rows] == [
        ("Meals", "coordinator", ""),
        ("Warm food", "coordinator", "Meals"),
    ]
    sending.run("withdraw", "category", "warm food", "--undo")
    assert says(public(sending), "Meals", "Warm food") == ["Warm food"]
    before = standings(sending, "category", "2026-10")
    assert "withheld" in before, "the old money stays withheld: it had the old name"
    sending.sync()
    assert [each for each in sending.json("checks") if each["code"] == "new-name-withdrawn"] == []


def test_neither_an_old_workbook_nor_a_yes_brings_a_withdrawn_grant_back(sending: Sending) -> None:
    old = sending.path.read_bytes()
    sending.run("withdraw", "grant", "G-2", "--by", "coordinator")
    sending.sync()
    publish = f"{column('Grants', 'Publish', sending.path)}3"
    assert sending.cell("Grants", publish) == "no"
    sending.path.write_bytes(old)
    assert sending.sync().exit_code in (0, 3)
    assert sending.cell("Grants", publish) == "no", "an older copy undoes nothing"
    sending.set("Grants", publish, "yes")
    assert sending.sync().exit_code in (0, 3)
    sending.run("monthly", "--send", "--on", "2026-12-02")
    assert "2026-11.html" in public(sending), "delivery waits: the workbook was put back"
    assert says(public(sending), "Evenings", "G-2") == []
    assert says(delivered(sending), "Evenings", "G-2") == []
    (told,) = [each for each in sending.json("checks") if each["code"] == "grant-withdrawn"]
    assert told["place"] == f"'Grants'!{publish}"
    assert sending.json("withdraw")[0]["name"] == "G-2"
    refused = sending.run("grants", "set", "G-2", "publish=yes")
    assert (refused.exit_code, refused.stderr.strip()) == (
        2,
        "G-2 is withdrawn from everything public. If it may be public again: budgettrack withdraw"
        " grant G-2 --undo",
    )
    assert sending.run("withdraw", "grant", "g-2", "--undo").exit_code == 0
    assert says(public(sending), "Evenings") == ["Evenings"]


def test_a_withdrawn_grant_with_another_id_stays_withdrawn(sending: Sending) -> None:
    sending.run("withdraw", "grant", "G-2")
    sending.sync()
    sending.set("Grants", "A3", "G-7")
    sending.sync()
    sending.set("Grants", f"{column('Grants', 'Publish', sending.path)}3", "yes")
    assert sending.sync().exit_code in (0, 3)
    assert [row["name"] for row in sending.json("withdraw")] == ["G-2", "G-7"]
    assert sending.run("report", "transparency", *NOVEMBER).exit_code == 0
    assert says(public(sending), "Evenings", "G-2", "G-7") == []


def test_other_public_texts_with_the_name_are_listed_with_their_cells(sending: Sending) -> None:
    done = sending.run("withdraw", "grant", "G-2")
    lines = output(done)
    at = lines.index("The name still stands in other public texts:")
    where = f"'Work-plan'!{column('Work-plan', NOTE, sending.path)}2"
    rows = [re.split(r"  +", line.strip()) for line in lines[at + 3 : at + 4]]
    assert rows == [[where, "A-1", NOTE, "Tide Trust", "2026-10"]]
    assert lines[at + 4] == (
        "Change these cells, and sync: the next page has the new text. Pages that are published keep"
        " theirs. To put … in place of the name on every page: budgettrack withdraw organisation"
        ' "Tide Trust". To wipe a whole text: budgettrack redact A-1.progress_note'
    )
    assert done.exit_code == 3
    config = sending.config.read_text()
    sending.config.write_text(config.replace('name = "Tide Trust"', 'name = "Somebody"'))
    again = sending.run("withdraw", "organisation", "Tide Trust")
    assert says(public(sending), "Tide Trust") == says(delivered(sending), "Tide Trust") == []
    assert "other public texts" not in again.output, "an organisation goes from all of them"


def test_a_text_that_was_changed_since_is_listed_with_its_page(sending: Sending) -> None:
    """The words of the activity itself are gone with it; a note of another one may repeat them."""
    note = column("Work-plan", NOTE, sending.path)
    sending.set("Work-plan", f"{note}2", "We COOK  at night there, and scook at nightly.")
    sending.sync()
    assert sending.run("report", "transparency", *NOVEMBER).exit_code == 0
    sending.set("Work-plan", f"{note}2", "We cook.")
    sending.sync()
    lines = output(sending.run("withdraw", "activity", "A-2"))
    at = lines.index("The name still stands in other public texts:")
    assert re.split(r"  +", lines[at + 3]) == [
        "",
        "A-1",
        NOTE,
        "Cook at night",
        "2026-10",
    ]
    assert not any(line.startswith("'Work-plan'") for line in lines), "no cell has it now"


def test_what_went_out_is_named_with_its_recipient_and_its_day(sending: Sending) -> None:
    lines = output(sending.run("withdraw", "category", "Meals"))
    assert lines[4] == "Sent before, and cannot be called back:"
    assert re.fullmatch(r"D-\d+ +report +2026-10 +everybody +\d{4}-\d\d-\d\d \d\d:\d\d", lines[7])
    assert lines[8:] == [
        "Copies that others made cannot be called back: those of readers, search engines and"
        " archives. Ask them to delete theirs."
    ], "a funder's own summary and the group's mail are not public"


def test_a_page_that_is_held_back_is_not_delivered_with_a_withdrawal(
    sending: Sending,
) -> None:
    blocking = '[monthly]\nblocking = { public = ["grant-ends"] }\n[deliver]'
    sending.config.write_text(sending.config.read_text().replace("[deliver]", blocking))
    done = sending.run("monthly", "--send", "--on", "2026-12-02")
    assert done.exit_code in (0, 3), done.output
    states = {(row["period"], row["what"]): row["state"] for row in sending.json("deliveries")}
    assert states["2026-11", "site"] == "held back", states
    assert ("2026-11.html" in public(sending), "2026-11.html" in delivered(sending)) == (
        True,
        False,
    )
    sending.run("withdraw", "category", "Meals")
    assert says(delivered(sending), "Meals") == []
    assert says(delivered(sending), "2026-11.html", '"month": "2026-11"') == []


def test_the_next_run_finishes_what_another_computer_withdrew(sending: Sending) -> None:
    with open_register(sending.loaded.register) as register:
        now = datetime(2026, 11, 20, tzinfo=UTC)
        taking_back.withdraw(register, Withdrawal("category", "Meals", now, "coordinator"), now)
    assert says(public(sending), "Meals") == ["Meals"]
    unfinished = "A withdrawal was not completed: the public files on this computer still show what was withdrawn."
    assert unfinished in sending.run("doctor").output
    done = sending.run("monthly", "--send", "--on", "2026-11-20")
    assert done.exit_code in (0, 3)
    assert "Something public was taken back since the site was written here." in done.stderr
    assert says(public(sending), "Meals") == says(delivered(sending), "Meals") == []
    again = sending.run("monthly", "--send", "--on", "2026-11-20")
    assert "taken back" not in again.stderr
    assert unfinished not in sending.run("doctor").output


def test_a_grant_that_the_sheet_withdraws_goes_with_the_next_run(sending: Sending) -> None:
    sending.set("Grants", f"{column('Grants', 'Publish', sending.path)}3", "no")
    sending.sync()
    assert says(delivered(sending), "Evenings") == ["Evenings"]
    sending.run("monthly", "--send", "--on", "2026-11-20")
    assert says(public(sending), "Evenings") == says(delivered(sending), "Evenings") == []


def test_open_data_that_would_tell_of_another_grant_waits_for_a_reader(sending: Sending) -> None:
    sending.run("grants", "set", "G-1", "publish=no")
    sending.run("report", "transparency", *NOVEMBER)
    with_open_data(sending)
    sending.run("grants", "set", "G-1", "publish=yes")
    done = sending.run("withdraw", "activity", "A-2")
    assert (
        "Deleted, because nobody has read what it would say now: iati/activities.xml" in done.output
    )
    assert "Northern Fund" in says(public(sending), "Northern Fund"), "the page may tell of it"
    assert "iati/activities.xml" not in public(sending)
    assert "360giving/grants.json" in public(sending), "it tells of no other grant"


def test_a_computer_without_the_site_makes_none(sending: Sending) -> None:
    shutil.rmtree(sending.folder / "reports" / "public")
    done = sending.run("withdraw", "category", "Meals")
    assert output(done)[:2] == [
        "The category Meals is withdrawn.",
        f"Written again: {sending.folder.parent / 'www'}.",
    ]
    assert not (sending.folder / "reports" / "public").exists()
    assert says(delivered(sending), "Meals") == []


def test_a_delivered_folder_out_of_reach_is_told_and_finished_by_the_next_run(
    sending: Sending,
) -> None:
    www = sending.folder.parent / "www"
    (www / "data.json").unlink()
    (www / "data.json").mkdir()
    done = sending.run("withdraw", "category", "Meals")
    assert done.exit_code == 1
    assert f"The public folder {www} cannot be written: " in done.stderr
    assert "The next monthly run tries it again. Or run this command again." in done.stderr
    assert says(public(sending), "Meals") == []
    (www / "data.json").rmdir()
    sending.run("monthly", "--send", "--on", "2026-11-20")
    assert says(delivered(sending), "Meals") == []


def test_a_value_that_is_wiped_leaves_open_data_and_the_delivered_folder(sending: Sending) -> None:
    work = OPEN_DATA.replace('country = "PT"', 'country = "PT"\nwork_plan = true')
    sending.config.write_text(sending.config.read_text().replace(OPEN_DATA, work))
    with_open_data(sending)
    assert b"We cooked." in public(sending)["iati/activities.xml"]
    done = sending.run("redact", "A-2.progress_note", "--yes", *NOVEMBER)
    assert done.exit_code == 3, done.output
    assert says(public(sending), "We cooked") == says(delivered(sending), "We cooked") == []
    assert "iati/activities.xml" in public(sending)


# ---- everything at once


def test_an_empty_page_that_says_nothing_takes_the_place_of_everything(sending: Sending) -> None:
    with_open_data(sending)
    sending.run("withdraw", "category", "Meals")  # delivers the open data
    www = sending.folder.parent / "www"
    (www / "theirs.html").write_text("not ours")
    (www / "data" / "theirs.csv").write_text("not ours")
    assert "iati/activities.xml" in delivered(sending)
    done = sending.run("unpublish", "--by", "coordinator")
    assert done.exit_code == 3
    assert public(sending) == {"index.html": PAGE}
    assert delivered(sending) == {
        "index.html": PAGE,
        "theirs.html": b"not ours",
        "data/theirs.csv": b"not ours",
    }
    assert not [path for path in (sending.folder / "reports" / "public").iterdir() if path.is_dir()]
    assert [path.name for path in www.iterdir() if path.is_dir()] == ["data"]
    lines = output(done)
    assert re.fullmatch(
        r"Publishing is stopped since \d{4}-\d\d-\d\d \d\d:\d\d\."
        r" To put the site back: budgettrack republish",
        lines[0],
    )
    assert lines[1] == f"An empty page stands in {sending.folder / 'reports' / 'public'} and {www}."
    assert any("everybody" in line for line in lines), "what is still out"
    assert not re.search(r"[a-z]{3,}", re.sub(r"<[^>]*>", "", PAGE.decode()))


def test_every_way_to_publish_keeps_the_site_empty(sending: Sending, host: MailHost) -> None:
    with_open_data(sending)
    sending.run("unpublish", "--by", "coordinator")
    sent = len(host.to(address("everybody")))
    made = sending.run("report", "transparency", *NOVEMBER)
    assert (made.exit_code, public(sending)) == (0, {"index.html": PAGE})
    assert re.search(
        r"An empty page was written\. Publishing is stopped since .* UTC \(budgettrack unpublish, by"
        r" coordinator\)\. Run budgettrack republish to put the site back\.",
        made.stderr,
    )
    for words in (("report", "iati", "--yes"), ("report", "360giving", "--yes", *NOVEMBER)):
        refused = sending.run(*words)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("Nothing was written. Publishing is stopped since ")
    run = sending.run("monthly", "--send", "--on", "2026-12-02")
    assert run.exit_code in (0, 3), run.output
    assert public(sending) == delivered(sending) == {"index.html": PAGE}
    assert len(host.to(address("everybody"))) == sent, "public mail is held"
    assert any("not sent" in str(mail["subject"]) for mail in host.to(address("desk")))
    states = {
        (row["period"], row["what"], row["recipient"]): row for row in sending.json("deliveries")
    }
    held = states["2026-11", "report", "everybody"]
    assert held["state"] == "held back"
    assert held["words"].startswith("Publishing is stopped since ")
    again = sending.run("deliveries", "retry", held["id"], "--on", "2026-12-02")
    assert (again.exit_code, len(host.to(address("everybody")))) == (2, sent)


@pytest.mark.parametrize("what", ["all", "name"])
def test_a_run_that_is_sending_sends_nothing_public_any_more(
    tmp_path: Path, host: MailHost, what: str
) -> None:
    (tmp_path / "group").mkdir()
    to = Partners().add("first", "public").add("second", "public").add("desk", "internal")
    group = Sending(tmp_path / "group", host, rows=ROWS, to=to)

    def take_back(address_: str) -> str:
        if address_ == address("first"):
            now = datetime.now(UTC)
            gone = Withdrawal("category", "Meals", now, "")
            with open_register(group.loaded.register) as register:
                if what == "all":
                    taking_back.stop(register, "", "budgettrack unpublish", now)
                else:
                    taking_back.withdraw(register, gone, now)
        return ""

    host.does.data = take_back
    assert group.run("monthly", "--send", *NOVEMBER).exit_code in (0, 3)
    assert len(host.to(address("first"))) == 1
    assert host.to(address("second")) == []
    assert [str(mail["subject"]) for mail in host.to(address("desk"))]
    (held,) = [row for row in group.json("deliveries") if row["recipient"] == "second"]
    words = {
        "all": "Publishing is stopped since ",
        "name": "Something was withdrawn while the run",
    }
    assert (held["state"], held["words"].startswith(words[what])) == ("held back", True)
    host.does.data = lambda _: ""
    group.run("republish")
    assert group.run("monthly", "--send", *NOVEMBER).exit_code in (0, 3)
    (mail,) = host.to(address("second"))
    assert what == "all" or "Meals" not in mail.as_string()


def test_doctor_and_status_say_since_when_and_by_which_command(sending: Sending) -> None:
    assert "Publishing is stopped" not in sending.run("status", *NOVEMBER).output
    sending.run("unpublish", "--by", "coordinator")
    words = r"Publishing is stopped since .* UTC \(budgettrack unpublish, by coordinator\)\."
    assert re.search(words, sending.run("status", *NOVEMBER).stdout)
    assert re.search(words, sending.run("status", "--json", *NOVEMBER).stderr)
    assert re.search(words, sending.run("doctor").output)
    assert sending.run("unpublish", "--by", "treasurer").exit_code == 3
    assert re.search(words, sending.run("status", *NOVEMBER).stdout), "the first stop counts"


def test_the_site_comes_back_as_it_was_and_the_held_mail_goes_out(
    sending: Sending, host: MailHost
) -> None:
    before = public(sending)
    sending.run("unpublish")
    sending.run("monthly", "--send", "--on", "2026-12-02")
    sent = len(host.to(address("everybody")))
    done = sending.run("republish")
    assert done.exit_code == 0
    assert re.match(r"The site is back\. It was down since \d{4}-", done.stdout)
    assert public(sending) == delivered(sending) == before
    run = sending.run("monthly", "--send", "--on", "2026-12-03")
    assert run.exit_code in (0, 3)
    assert "2026-11.html" in delivered(sending)
    assert len(host.to(address("everybody"))) == sent + 1
    again = sending.run("republish")
    assert output(again)[0].startswith("Publishing was not stopped.")


def test_open_data_comes_back_when_somebody_has_read_it(sending: Sending) -> None:
    with_open_data(sending)
    before = public(sending)
    sending.run("unpublish")
    done = sending.run("republish")
    assert "Open data is not back. Read it first: budgettrack report iati" in done.stderr
    assert not set(OPEN_FILES) & set(public(sending))
    with_open_data(sending)
    assert public(sending) == before


def test_another_computer_takes_its_own_files_down_at_its_next_run(sending: Sending) -> None:
    with open_register(sending.loaded.register) as register:
        taking_back.stop(register, "coordinator", "budgettrack unpublish", datetime.now(UTC))
    run = sending.run("monthly", "--send", "--on", "2026-11-20")
    assert run.exit_code in (0, 3)
    assert public(sending) == delivered(sending) == {"index.html": PAGE}
    with open_register(sending.loaded.register) as register:
        taking_back.start(register, datetime.now(UTC))
    sending.run("monthly", "--send", "--on", "2026-11-21")
    assert "2026-10.html" in public(sending)
    assert public(sending) == delivered(sending)


def test_without_its_register_the_site_is_taken_down_all_the_same(sending: Sending) -> None:
    (sending.folder / "register.sqlite").write_bytes(b"no database at all, but a text" * 100)
    done = sending.run("unpublish")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(
        "The site was taken down all the same, as far as this computer reaches."
    )
    assert public(sending) == delivered(sending) == {"index.html": PAGE}


def test_a_site_of_before_the_lists_of_files_goes_too(sending: Sending) -> None:
    with_open_data(sending)
    for folder in (sending.folder / "reports" / "public", sending.folder.parent / "www"):
        (folder / files_of.LIST).unlink()
    assert sending.run("unpublish").exit_code == 3
    assert public(sending) == delivered(sending) == {"index.html": PAGE}


def test_a_group_that_never_published_can_be_stopped(tmp_path: Path) -> None:
    made = Group(tmp_path, ROWS)
    assert made.run("unpublish").exit_code == 0
    assert (tmp_path / "reports" / "public" / "index.html").read_bytes() == PAGE
    made.sync()
    assert made.run("report", "transparency", *NOVEMBER).exit_code == 0
    assert [path.name for path in (tmp_path / "reports" / "public").glob("*.html")] == [
        "index.html"
    ]


def test_both_work_with_a_killed_run(sending: Sending) -> None:
    """The register says it first: whatever was made when the run died, the next one finishes."""
    out = sending.folder / "reports"
    kept = (out / "private" / told_names.NAME).read_bytes()
    before = public(sending)
    sending.run("withdraw", "category", "Meals")
    for name, content in before.items():
        (out / "public" / name).write_bytes(content)
    (out / "private" / told_names.NAME).write_bytes(kept)
    assert says(public(sending), "Meals") == ["Meals"]
    sending.run("monthly", "--on", "2026-11-20")
    assert says(public(sending), "Meals") == []
