"""Month after month, as a group lives it: pages that stay, corrections, final summaries, and what
they hold later."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from budgettrack.core.records.model import Fields
from budgettrack.register import published
from budgettrack.register.store import RecordVersion, open_register
from tests.world.group import Commands, Group, Rows

DAYS = ("2026-01", "2026-02", "2026-03")


def _rows(closed: tuple[str, ...] = DAYS, **grant: str) -> dict[str, list[Fields]]:
    """A group with one grant that is spent by the end of March: nothing is kept of it then."""
    return {
        "grants": [
            {"id": "G-1", "funder": "Northern Lights Fund", "title": "A room", "state": "active", "currency": "EUR", "amount": "300",
             "start": "2026-01-01", "end": "2026-12-31", "publish": "yes", "report_every": "quarter", **grant},
        ],
        "work_plan": [{"id": "A-1", "activity": "Keep the room open", "start": "2026-01-01", "end": "2026-12-31", "status": "under way", "done": "30", "progress_note": "Open on 12 days."}],
        "budget": [
            {"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "description": "Room", "amount": "1200", "people_paid": "0", "explanation": "The rent rose.", "timing": "permanent"},
        ],
        "expenses": [
            {"id": f"E-{number}", "date": f"{month}-{day:02}", "budget_line": "B-1", "description": f"Bill {number}", "amount": "25", "state": "paid"}
            for number, (month, day) in enumerate(((m, d) for m in DAYS for d in (2, 9, 16, 23)), 1)
        ],
        "months": [{"month": month, "closed": "2026-04-02"} for month in closed],
    }  # fmt: skip


@pytest.fixture
def rows() -> Rows:
    return _rows()


@pytest.fixture
def config() -> str:
    return '[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "plan.xlsx"\n'


@pytest.fixture
def before() -> Commands:
    return (("sync", "--on", "2026-04-02"),)


def _site(group: Group, month: str) -> Path:
    done = group.run("report", "transparency", "--month", month, "--on", "2026-08-01")
    assert done.exit_code == 0, done.output
    return group.folder / "reports" / "public"


def _change(group: Group, *expenses: str, amount: str) -> None:
    held = group.held().records["expenses"]
    group.by_hand(
        *(
            RecordVersion("expenses", id_, {**held[id_], "amount": amount}, "register")
            for id_ in expenses
        )
    )
    assert group.run("sync", "--on", "2026-08-01").exit_code in (0, 3)


def _url(group: Group) -> str:
    return f"sqlite:///{group.folder / 'register.sqlite'}"


def _section(page: Path, name: str) -> str:
    found = re.search(rf'id="{name}".*?</section>', page.read_text("utf-8"), re.DOTALL)
    assert found
    return found[0]


def test_a_page_that_was_published_stays_and_the_next_one_says_what_was_corrected(
    group: Group,
) -> None:
    public = _site(group, "2026-03")
    before = _section(public / "2026-03-figures.html", "budget")
    assert "300.00" in before
    _change(group, "E-9", "E-10", "E-11", amount="35")
    _site(group, "2026-04")

    changed = _section(public / "2026-04.html", "changed")
    assert re.search(r"As published.*300\.00.*330\.00", changed, re.DOTALL)
    assert _section(public / "2026-03-figures.html", "budget") == before
    assert "Later pages correct figures" in _section(public / "2026-03.html", "changed")


def test_a_correction_of_one_payment_waits_and_is_shown_nowhere(group: Group) -> None:
    public = _site(group, "2026-03")
    _change(group, "E-9", amount="77.77")
    _site(group, "2026-04")

    for path in public.rglob("*.*"):
        if path.suffix in (".html", ".csv", ".json", ".xml"):
            text = path.read_text()
            for amount in ("77.77", "352.77", "52.77"):
                assert amount not in text
    told = re.findall(r"not shown yet, since ([^:]*):", (public / "2026-04.html").read_text())
    assert told == ["January 2026"], "a budget waits since the first page, and says no more"


def test_a_report_made_twice_for_one_month_adds_to_its_page_and_opens_nothing(
    group: Group,
) -> None:
    public = _site(group, "2026-03")
    with open_register(_url(group)) as register:
        sealed = register.ask(published.batches)
    for number in (1, 2, 3):
        fields = {"date": f"2026-03-2{number}", "budget_line": "B-1", "description": f"Late {number}",
                  "amount": "40", "state": "paid"}  # fmt: skip
        group.by_hand(RecordVersion("expenses", f"L-{number}", fields, "register"))
    assert group.run("sync", "--on", "2026-08-01").exit_code in (0, 3)
    _site(group, "2026-03")

    with open_register(_url(group)) as register:
        now = register.ask(published.batches)
    assert now[: len(sealed)] == sealed
    assert {batch.page for batch in now[len(sealed) :]} == {"2026-03"}
    assert "420.00" in _section(public / "2026-03-figures.html", "budget")
    assert len({batch.number for batch in now}) == len(now)


def test_no_number_of_a_batch_and_no_contributor_is_published(group: Group) -> None:
    public = _site(group, "2026-03")
    with open_register(_url(group)) as register:
        batches = register.ask(published.batches)

    secret = {str(batch.number) for batch in batches}
    secret |= {part.contributor for batch in batches for part in batch.parts}
    assert len(secret) > 10
    for path in public.rglob("*.*"):
        content = path.read_bytes()
        assert not [text for text in secret if text.encode() in content], path


def test_the_newest_page_follows_the_register_until_another_month_is_published(
    group: Group,
) -> None:
    public = _site(group, "2026-03")
    held = group.held().records["work_plan"]["A-1"]
    group.by_hand(
        RecordVersion("work_plan", "A-1", {**held, "progress_note": "Open on 14 days."}, "register")
    )
    assert "Open on 14 days." in (_site(group, "2026-03") / "2026-03.html").read_text()
    _site(group, "2026-04")
    group.by_hand(
        RecordVersion(
            "work_plan", "A-1", {**held, "progress_note": "Closed for repairs."}, "register"
        )
    )
    _site(group, "2026-04")

    assert "Open on 14 days." in (public / "2026-03.html").read_text()
    assert "Closed for repairs." not in (public / "2026-03.html").read_text()
    assert "Closed for repairs." in (public / "2026-04.html").read_text()
    assert sorted(path.name for path in public.glob("2026-??.html")) == [
        f"2026-0{n}.html" for n in range(2, 5)
    ]


def test_a_grant_that_is_published_no_longer_leaves_the_whole_site(group: Group) -> None:
    public = _site(group, "2026-03")
    assert (public / "grants" / "G-1.html").is_file()
    held = group.held().records["grants"]["G-1"]
    group.by_hand(RecordVersion("grants", "G-1", {**held, "publish": "no"}, "register"))
    _site(group, "2026-04")

    assert not (public / "grants" / "G-1.html").exists()
    assert all("Northern Lights" not in path.read_text() for path in public.rglob("*.html"))


# ---- final summaries


def _final(group: Group, *more: str, month: str = "2026-03") -> tuple[int, str, str]:
    done = group.run(
        "report", "funder", "G-1", "--month", month, "--final", "--on", "2026-04-05", *more
    )
    return done.exit_code, done.stdout, done.stderr


def test_a_final_summary_is_refused_while_something_is_missing_and_names_it_all(
    tmp_path: Path,
) -> None:
    rows = _rows(closed=("2026-01",))
    rows["budget"][0].pop("explanation")  # type: ignore[attr-defined]
    rows["expenses"][0]["amount"] = "99"  # type: ignore[index]
    group = Group(tmp_path, rows)
    group.run("sync", "--on", "2026-04-02")
    code, out, said = _final(group)

    assert (code, out) == (1, "")
    assert "The summary of G-1 cannot be final yet. What is missing:" in said
    assert "B-1: beyond the limit, and without an explanation. Write why into Explanation." in said
    assert "Not closed yet: February 2026 and March 2026." in said
    assert "Nothing was written." in said
    assert not (tmp_path / "reports").exists()


def test_a_final_summary_is_kept_stamped_and_the_same_when_made_again(group: Group) -> None:
    code, out, _ = _final(group)
    assert code == 0
    paths = [Path(line) for line in out.splitlines()]
    assert [path.name for path in paths] == [
        f"G-1-2026-03-final.{kind}" for kind in ("html", "pdf", "xlsx")
    ]
    text = paths[0].read_text()
    assert "Final. These figures were reported on Apr 5, 2026." in text
    assert "For the treasurer" not in text
    first = [path.read_bytes() for path in paths]
    again = group.run(
        "report", "funder", "G-1", "--month", "2026-03", "--final", "--on", "2026-06-30"
    )
    assert again.exit_code == 0
    assert [path.read_bytes() for path in paths] == first
    with open_register(_url(group)) as register:
        assert len(register.ask(published.finals)["G-1"]) == 1


def test_a_later_change_is_a_finding_at_once_and_an_adjustment_in_the_next_summary(
    group: Group,
) -> None:
    _final(group)
    _change(group, "E-9", amount="40")
    rows = json.loads(group.run("checks", "--json").stdout)
    (found,) = [row for row in rows if row["code"] == "reported-changed"]
    assert (
        found["problem"]
        == "For 2026-01 to 2026-03, 300.00 EUR was reported as spent, and now it is 315.00 EUR."
    )
    assert (
        found["remedy"]
        == "If it is right, the next summary shows it as an adjustment; else correct the expense."
    )

    group.run("report", "funder", "G-1", "--month", "2026-06", "--on", "2026-07-05")
    text = (group.folder / "reports" / "private" / "G-1-2026-06.html").read_text()
    assert "Adjustments to figures already reported" in text
    assert re.search(r"B-1.*Jan 1.*Mar 31, 2026.*300\.00.*315\.00.*15\.00", text, re.DOTALL)
    book = openpyxl.load_workbook(
        group.folder / "reports" / "private" / "G-1-2026-06.xlsx", data_only=True
    )
    shown = [[cell for cell in row if cell is not None] for row in book["Adjustments"].values]
    assert shown[0] == ["Changed since they were reported"]
    assert shown[3] == ["Budget line", "Period", "As reported", "Now", "Adjustment"]
    assert shown[4][2:] == [300, 315, 15]
    assert shown[-1][-1] == 15


def test_days_of_ones_own_and_another_profile(group: Group) -> None:
    done = group.run(
        "report",
        "funder",
        "G-1",
        "--from",
        "2026-01-05",
        "--to",
        "2026-02-10",
        "--profile",
        "mott",
        "--on",
        "2026-04-05",
    )
    assert "G-1-2026-01-05-to-2026-02-10.html" in done.stdout
    assert "There is no exchange rate: EUR → USD" in done.stderr
    own = group.run(
        "report",
        "funder",
        "G-1",
        "--from",
        "2026-01-05",
        "--to",
        "2026-02-10",
        "--on",
        "2026-04-05",
    )
    assert own.exit_code == 0, own.output
    text = (group.folder / "reports" / "private" / "G-1-2026-01-05-to-2026-02-10.html").read_text()
    # 9, 16 and 23 January and 2 and 9 February, at 25.00
    assert "In this period, €125.00 of" in text
    turned = group.run(
        "report",
        "funder",
        "G-1",
        "--from",
        "2026-03-10",
        "--to",
        "2026-03-01",
        "--on",
        "2026-04-05",
    )
    assert turned.exit_code == 2
    assert "The first day, 2026-03-10, is after the last day, 2026-03-01." in turned.output
    half = group.run("report", "funder", "G-1", "--from", "2026-01-05")
    assert (half.exit_code, "A period of your own needs both" in half.output) == (2, True)


def test_a_profile_that_is_not_there_or_leaves_lines_out_is_a_finding(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "narrow.toml").write_text('title = "N"\nsource = "S"\n[[category]]\nname = "Travel"\n')
    group = Group(tmp_path, _rows(profile="narrow"))
    group.config.write_text('[workbook]\nxlsx = "plan.xlsx"\n[reports]\nprofiles = "ours"\n')
    group.run("sync", "--on", "2026-04-02")
    rows = {row["code"]: row for row in json.loads(group.run("checks", "--json").stdout)}
    assert (
        rows["not-mapped"]["problem"]
        == "This line is in none of the categories of the profile narrow."
    )
    assert rows["not-mapped"]["remedy"].startswith(
        "Map it in the profile; until then it stands in a row of its own"
    )
    assert "B-1 is in none of the funder's categories. Map it in the profile." in _final(group)[2]

    (own / "narrow.toml").unlink()
    group.run("sync", "--on", "2026-04-02")
    rows = {row["code"]: row for row in json.loads(group.run("checks", "--json").stdout)}
    assert rows["profile-unknown"]["problem"] == "This text is not a profile that can be used."
    assert "budgettrack profiles lists them" in rows["profile-unknown"]["remedy"]
    assert "There is no profile narrow; the usual one stands in for it." in _final(group)[2]


def test_a_profile_with_a_mistake_stops_the_summary_and_not_the_sync(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "bad.toml").write_text('title = "N"\nsource = "S"\nround_to = 0\n')
    group = Group(tmp_path, _rows(profile="bad"))
    group.config.write_text('[workbook]\nxlsx = "plan.xlsx"\n[reports]\nprofiles = "ours"\n')
    assert group.run("sync", "--on", "2026-04-02").exit_code in (0, 3)
    done = group.run("report", "funder", "G-1", "--month", "2026-03")

    assert done.exit_code == 1
    assert "bad.toml, line 3, round_to: The value must be above 0. Correct it there." in done.stderr


def test_profiles_are_listed_with_their_sources(group: Group) -> None:
    shown = group.run("profiles").stdout
    assert "bmr" in shown
    assert "(not verified: off)" in shown
    rows = json.loads(group.run("profiles", "--json").stdout)
    assert all(row["source"] for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('colours = ["#ffee00", "#b98900"]', "Text in #ffee00 cannot be read on white (its contrast is 1.2, and 4.5 is needed). Make it darker."),
        ('colours = ["red"]', 'reports.colours: Two colours are needed. Write them as ["#0b6e6e", "#b98900"].'),
        ('logo = "none.png"', "cannot be read: No such file or directory. Put the file there, or remove the line logo"),
        ('logo = "none.bmp"', '"none.bmp" is not a picture that pages can show. Name a .png, .jpg or .svg file.'),
        ('profiles = "nowhere"', 'There is no folder "nowhere". Make the folder, or remove the line.'),
        ('paper = "a5"', '"a5" is not a size of paper. Type a4 or letter.'),
        ('site = "our page"', 'The value is not an address. Write it as "https://books.example.org".'),
    ],
)  # fmt: skip
def test_a_look_that_cannot_be_is_named_and_nothing_is_published(
    group: Group, line: str, said: str
) -> None:
    group.config.write_text(f'[workbook]\nxlsx = "plan.xlsx"\n[reports]\n{line}\n')
    done = group.run("report", "transparency", "--month", "2026-03")

    assert done.exit_code == 1
    assert said in done.stderr
    with open_register(_url(group)) as register:
        assert register.ask(published.batches) == []
    assert not (group.folder / "reports").exists()


def _retype(group: Group, expense: str, day: str) -> None:
    held = group.held().records["expenses"][expense]
    group.by_hand(RecordVersion("expenses", expense, {**held, "date": day}, "register"))
    assert group.run("sync", "--on", "2026-08-01").exit_code in (0, 3)


def _months(public: Path) -> list[str]:
    return sorted(path.stem for path in public.glob("2*-??.html"))


@pytest.mark.slow
def test_a_year_typed_as_2016_makes_no_page_until_a_person_confirms_it(group: Group) -> None:
    _retype(group, "E-1", "2016-01-02")
    told = json.loads(group.run("checks", "--json").stdout)

    assert [each["place"] for each in told if each["code"] == "first-month-waits"] == ["'Expenses'!B2"]  # fmt: skip
    assert _months(_site(group, "2026-03")) == ["2026-02", "2026-03"]

    _retype(group, "E-1", "2026-01-02")
    assert "first-month-waits" not in group.run("checks").stdout
    assert _months(_site(group, "2026-04")) == ["2026-02", "2026-03", "2026-04"]


@pytest.mark.slow
def test_pages_of_a_slip_that_was_confirmed_go_when_it_is_corrected(group: Group) -> None:
    with group.config.open("a") as file:
        file.write('[reports]\nfirst_month = "2016-01"\n')
    fields = {"date": "2016-01-02", "grant": "G-1", "kind": "instalment", "state": "received",
              "amount": "600"}  # fmt: skip
    group.by_hand(RecordVersion("income", "I-1", fields, "register"))
    assert group.run("sync", "--on", "2026-08-01").exit_code in (0, 3)
    public = _site(group, "2026-03")
    assert len(_months(public)) == 123
    assert (public / "2016-01.html").exists()

    group.by_hand(RecordVersion("income", "I-1", {**fields, "date": "2026-01-02"}, "register"))
    assert group.run("sync", "--on", "2026-08-01").exit_code in (0, 3)
    _site(group, "2026-04")
    assert _months(public) == [*DAYS, "2026-04"]
    assert "begin with January 2026" in (public / "2026-04.html").read_text("utf-8")
    for path in public.rglob("*"):
        if path.suffix in (".html", ".xml", ".ics"):
            assert "2016-01.html" not in path.read_text("utf-8"), path
