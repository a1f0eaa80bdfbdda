"""The money of a host and its groups: by real runs, from their workbooks to the answers."""

from __future__ import annotations

import base64
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack import statements
from budgettrack.answers import file_of
from budgettrack.cli import main
from budgettrack.config.load import load
from budgettrack.core.base.errors import UsageError
from budgettrack.core.counting.statements import HostStatement
from budgettrack.host.job import work
from budgettrack.host.run import run
from budgettrack.queries.statements import written
from tests.world.hosted import NOW, host_in, hosted_plan, opened, row, with_money

ON = ("--on", "2026-11-02")


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def rows_of(config: Path, *words: str) -> list[dict[str, Any]]:
    done = asked(config, "host", "money", *words, *ON, "--json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def ran(config: Path) -> Path:
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    with opened(config) as host:  # what the groups told now is in the host's sheet
        run(host, run_job=lambda order, _: work(order))
    return config


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three groups: one agrees, one noted another amount, one told nothing. Returns the config."""
    codes = ("GR-1", "GR-2", "GR-3")
    plans = {
        "GR-1": hosted_plan("GR-1"),
        "GR-2": hosted_plan("GR-2", got="11500"),
        "GR-3": hosted_plan("GR-3", agreed=""),
    }
    config = host_in(
        tmp_path_factory.mktemp("host"), [row(code) for code in codes], plans=plans,
        more=with_money(*codes),
    )  # fmt: skip
    return ran(config)


def test_amounts_are_grouped_for_people_in_every_column(made: Path) -> None:
    group = made.parent / "groups" / "GR-1" / "budgettrack.toml"
    tables = [asked(made, "host", "money", "--by", by, *ON) for by in ("award", "group", "trouble")]
    for shown in (done.stdout for done in (*tables, asked(group, "statement", *ON))):
        assert re.search(r"\d,\d{3}\.\d\d", shown), shown
        assert not re.search(r"\d{4}\.\d\d", shown), shown


def test_status_cash_and_the_sheet_say_what_has_gone_to_groups(made: Path) -> None:
    """What they show as held, less this, is what `host money` says that the host holds."""
    (award,) = rows_of(made)
    sheet = openpyxl.load_workbook(made.parent / "host.xlsx")["Summary"]
    in_sheet = "\n".join(str(cell) for cells in sheet.values for cell in cells if cell)
    status, cash = (asked(made, words, *ON).stdout for words in ("status", "cash"))
    variance = asked(made, "variance", *ON)
    (held,) = re.findall(r"Cash of G-1: ([\d,.]+) EUR held", status)

    for shown in (status, cash, in_sheet.replace("\u202f", ","), variance.output):
        (gone,) = re.findall(r"Not taken off from what G-1 holds: ([\d,.]+) EUR", shown)
        left = Decimal(held.replace(",", "")) - Decimal(gone.replace(",", ""))
        assert left == Decimal(award["held_here"])
    group = made.parent / "groups" / "GR-1" / "budgettrack.toml"
    assert "Not taken off" not in asked(group, "status", *ON).stdout
    assert "Not taken off" not in asked(made, "variance", *ON, "--json").output


def test_each_unit_is_counted_once(made: Path) -> None:
    (award,) = rows_of(made)
    assert award == {
        "group": "",
        "name": "G-1",
        "currency": "EUR",
        "received": "90000.00",
        "returned": "0.00",
        "spent": "6100.00",
        "fees": "0.00",
        "held_here": "53900.00",
        "held_below": "17500.00",
        "on_the_way": "12000.00",
        "exchange": "0.00",
        "differs": "500.00",
        "unmatched": "0.00",
    }


def test_by_group_category_funder_and_call_it_is_the_same_money(made: Path) -> None:
    by_group = rows_of(made, "--by", "group")
    assert [one["group"] for one in by_group] == ["GR-1", "GR-2", "GR-3", ""]
    assert [one["spent"] for one in by_group] == ["3000.00", "3000.00", "0.00", "100.00"]
    assert [one["on_the_way"] for one in by_group] == ["0.00", "0.00", "12000.00", "0.00"]
    (funder,) = rows_of(made, "--by", "funder")
    assert (funder["name"], funder["held_below"]) == ("Meridian Fund", "17500.00")
    categories = {one["category"]: one["spent"] for one in rows_of(made, "--by", "category")}
    assert categories == {"Office": "100.00", "Outreach": "6000.00"}
    (call,) = rows_of(made, "--by", "call")
    assert (call["promised"], call["left"], call["is_open"]) == ("36000.00", "24000.00", True)


def test_what_differs_is_told_at_the_prompt_and_in_the_sheet(made: Path) -> None:
    troubles = {one["group"]: one for one in rows_of(made, "--by", "trouble")}
    assert (troubles["GR-2"]["what"], troubles["GR-2"]["ours"], troubles["GR-2"]["theirs"]) == (
        "amount-differs", "12000.00", "11500.00",
    )  # fmt: skip
    assert troubles["GR-3"]["what"] == "no-grant"
    checks = openpyxl.load_workbook(made.with_name("host.xlsx"))["Checks"]
    cells = [str(cell) for line in checks.iter_rows(values_only=True) for cell in line]
    words = "We paid 12,000.00 EUR on 2026-08-03, and the books of GR-2 have 11,500.00 EUR."
    assert words in cells


def test_the_hosts_summary_has_each_award_and_each_group(made: Path) -> None:
    sheet = openpyxl.load_workbook(made.with_name("host.xlsx"))["Summary"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    first = next(at for at, line in enumerate(lines) if str(line[0]).startswith("Money that we"))
    table = [line[:13] for line in lines[first + 1 : first + 6]]
    assert table[0][:4] == ["Grant", "Group", "Currency", "Received"]
    assert table[1] == ["G-1", None, "EUR", 90000, 0, 6100, 0, 53900, 17500, 12000, 0, 500, 0]
    assert [line[1] for line in table[2:5]] == ["GR-1", "GR-2", "GR-3"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GR-1", "The host sees this each month, and nothing else of our books"),
        ("GR-3", "The host would see this each month, and nothing else of our books. Nobody sees it"
                 " until Statement is yes in the tab Agreements."),
    ],
)  # fmt: skip
def test_a_group_sees_in_its_own_sheet_what_its_host_sees(
    made: Path, code: str, words: str
) -> None:
    sheet = openpyxl.load_workbook(made.parent / "groups" / code / "plan.xlsx")["Summary"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    first = next(at for at, line in enumerate(lines) if line[0] == words)
    assert lines[first + 2][:8] == ["G-1", None, "EUR", 12000, 0, 3000, 0, 9000]
    assert lines[first + 3][:6] == [None, "Outreach", "EUR", None, None, 3000]


def test_a_group_that_did_not_agree_tells_nothing(made: Path) -> None:
    assert not (made.parent / "groups/GR-3/statements").exists()
    config = made.parent / "groups/GR-3/budgettrack.toml"
    seen = asked(config, "statement", *ON)
    assert seen.stdout.startswith("Nobody sees this yet. It is what the host would see")
    refused = asked(config, "statement", "--out", str(made.parent / "no.json"), *ON)
    assert refused.exit_code == 2
    assert "no agreement with a host has yes in the column Statement" in refused.output
    assert not (made.parent / "no.json").exists()


def test_a_month_without_statements_says_so(made: Path) -> None:
    """All money stands as on the way there, and nobody could know why."""
    early = asked(made, "host", "money", "--month", "2026-08")
    assert early.exit_code == 0
    assert "Up to 2026-08 there is no statement of " in early.stderr
    assert ", so all that was paid there is on the way." in early.stderr
    assert "GR-1" in early.stderr
    newest = asked(made, "host", "money", *ON).stderr
    assert "GR-1" not in newest


def test_a_statement_holds_against_its_schema(made: Path) -> None:
    path = made.parent / "groups/GR-1/statements/2026-10.json"
    assert path.stat().st_mode & 0o777 == 0o600
    told = json.loads(path.read_bytes())
    jsonschema.validate(told, statements.schema())
    assert (told["version"], told["month"], told["closed"], told["stock"]) == (
        1,
        "2026-10",
        False,
        [],
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**told, "month": 3}, statements.schema())


def test_a_second_run_writes_no_statement_again(made: Path) -> None:
    path = made.parent / "groups/GR-1/statements/2026-10.json"
    before = path.stat().st_mtime_ns
    ran(made)
    assert path.stat().st_mtime_ns == before


def test_the_report_that_a_group_ticked_off_is_ticked_off_with_the_host(tmp_path: Path) -> None:
    plan = dict(hosted_plan("GR-1"))
    plan["deadlines"] = [
        {"id": "report:G-1:2026-Q3", "what": "Report to Delta Partners for August to September 2026",
         "due": "2026-10-30", "grant": "G-1", "done_on": "2026-10-20"}
    ]  # fmt: skip
    config = ran(host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan}, more=with_money("GR-1")))
    sheet = openpyxl.load_workbook(config.with_name("host.xlsx"))["Deadlines"]
    headings, *lines = list(sheet.iter_rows(values_only=True))
    by_id = {line[0]: dict(zip(headings, line, strict=True)) for line in lines}
    assert f"{by_id['report:V-GR-1:2026-Q3']['Done on']:%Y-%m-%d}" == "2026-10-20"
    assert by_id["report:V-GR-1:2026-Q4"]["Done on"] is None


def test_a_row_that_cannot_be_counted_is_told_beside_the_sums(tmp_path: Path) -> None:
    more = dict(with_money("GR-1", "GR-2", "GR-3"))
    given, paid = [*more["given"]], [*more["instalments"]]
    given[0] = {**given[0], "group": "GR-99"}
    paid[1] = {**paid[1], "direction": "back"}
    more |= {"given": given, "instalments": paid}
    rows = [row(code, state="paused") for code in ("GR-1", "GR-2", "GR-3")]
    config = ran(host_in(tmp_path, rows, more=more))
    done = asked(config, "host", "money", "--by", "group", *ON, "--json")
    assert done.exit_code == 3
    assert (
        "These figures are wrong until it is mended: 2 rows of Given and Instalments cannot be"
        " counted, or only in part. What they moved may stand as held here."
        " See: budgettrack checks" in done.stderr
    )
    on_the_way = {one["group"]: one["on_the_way"] for one in json.loads(done.stdout)}
    assert on_the_way == {"": "0.00", "? V-GR-1": "12000.00", "GR-2": "0.00", "GR-3": "12000.00"}


def test_who_takes_consent_back_is_shown_no_more(tmp_path: Path) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    config = ran(host_in(tmp_path, [row("GR-1")], plans=plans, more=with_money("GR-1")))
    assert rows_of(config)[0]["held_below"] == "9000.00"
    path = tmp_path / "groups/GR-1/plan.xlsx"
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Agreements"].iter_rows(max_row=2))
    at = [cell.value for cell in headings].index("Statement")
    line[at].value = "no"
    book.save(path)
    ran(config)
    (award,) = rows_of(config)
    assert (award["spent"], award["held_below"], award["on_the_way"]) == (
        "100.00", "0.00", "12000.00",
    )  # fmt: skip
    assert not list((tmp_path / "groups/GR-1/statements").glob("*"))


def test_a_copy_of_the_hosts_folder_works_on_its_own_workbooks(tmp_path: Path) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    ran(host_in(tmp_path / "old", [row("GR-1")], plans=plans))
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    own = load(tmp_path / "new/groups/GR-1/budgettrack.toml")
    assert own.xlsx == tmp_path / "new/groups/GR-1/plan.xlsx"


def test_a_broken_statement_is_told_and_an_older_one_counts(tmp_path: Path) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    config = ran(host_in(tmp_path, [row("GR-1")], plans=plans, more=with_money("GR-1")))
    path = tmp_path / "groups/GR-1/statements/2026-10.json"
    older = json.loads(path.read_bytes()) | {"month": "2026-09"}
    path.with_name("2026-09.json").write_text(json.dumps(older))
    path.write_text(path.read_text()[:-30])
    done = asked(config, "host", "money", *ON, "--json")
    assert done.exit_code == 3
    assert (
        "GR-1/statements/2026-10.json cannot be read, so an older statement of GR-1" in done.stderr
    )
    assert json.loads(done.stdout)[0]["held_below"] == "9000.00"


def test_a_group_on_a_server_of_its_own_sends_a_signed_file(tmp_path: Path) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    away = ran(host_in(tmp_path / "away", [row("GR-1")], plans=plans))
    file = tmp_path / "told.json"
    own = away.parent / "groups/GR-1/budgettrack.toml"
    done = asked(own, "statement", "--out", str(file), *ON)
    assert done.exit_code == 0, done.output
    public = done.stderr.split("tab Groups: ")[1].strip()
    assert own.with_name("statement.key").stat().st_mode & 0o777 == 0o600

    rows = [row("GR-1", public_key=public, state="paused"), row("GR-2", state="paused")]
    config = ran(host_in(tmp_path / "home", rows, more=with_money("GR-1")))
    assert rows_of(config)[0]["on_the_way"] == "12000.00"
    taken = asked(config, "host", "take", "GR-1", str(file))
    ours = statements.own_public_key(config)
    assert taken.output == (
        "The statement of GR-1 for 2026-10 was taken.\n"
        f"From the next run on, our answer lies in the folder of GR-1 as {file_of(ours)}. Tell the"
        f" group our public key, for its tab Agreements, by another way than the file: {ours}\n"
    )
    ran(config)
    assert (config.parent / "groups/GR-1" / file_of(ours)).is_file()
    assert config.with_name("statement.key").stat().st_mode & 0o777 == 0o600
    assert rows_of(config)[0]["held_below"] == "9000.00"
    assert "was here already" in asked(config, "host", "take", "GR-1", str(file)).output

    assert (
        "GR-2 has no Public key in Groups"
        in asked(config, "host", "take", "GR-2", str(file)).output
    )
    alike = [rows[0], row("GR-2", public_key=public, state="paused")]
    twin = ran(host_in(tmp_path / "twin", alike))
    refused = asked(twin, "host", "take", "GR-1", str(file))
    assert refused.exit_code == 2
    assert "GR-1 and GR-2 have the same Public key in Groups" in refused.output
    assert not (twin.parent / "groups/GR-1/statements").exists()
    changed = json.loads(file.read_text())
    changed["statement"] = changed["statement"].replace("3000.00", "2000.00")
    file.write_text(json.dumps(changed))
    refused = asked(config, "host", "take", "GR-1", str(file))
    assert refused.exit_code == 2
    assert "The signature of this statement is not that of GR-1" in refused.output
    file.write_text("no signed file")
    assert "it is no signed file" in asked(config, "host", "take", "GR-1", str(file)).output


def test_an_older_statement_of_the_same_month_is_not_taken_again(tmp_path: Path) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    away = ran(host_in(tmp_path / "away", [row("GR-1")], plans=plans))
    own, files = away.parent / "groups/GR-1/budgettrack.toml", [tmp_path / "a", tmp_path / "b"]
    for day, file in zip((2, 3), files, strict=True):
        with opened(own, NOW.replace(day=day)) as group:
            words = written(group, "2026-10", file)
    public = words.split("tab Groups: ")[1].strip()
    rows = [row("GR-1", public_key=public, state="paused")]
    config = ran(host_in(tmp_path / "home", rows, more=with_money("GR-1")))
    assert "was taken" in asked(config, "host", "take", "GR-1", str(files[1])).output
    refused = asked(config, "host", "take", "GR-1", str(files[0]))
    assert refused.exit_code == 2
    assert (
        "This statement of GR-1 for 2026-10 was signed on 2026-11-02T06:00:00+00:00, before the one"
        " that is here (2026-11-03T06:00:00+00:00). Nothing was taken." in refused.output
    )
    # Nobody may say that it is newer: the time is signed too. Nor may it be left out.
    told = json.loads(files[0].read_text())
    for changed in ({**told, "made": "2027-01-01T00:00:00+00:00"},
                    {name: text for name, text in told.items() if name != "made"}):  # fmt: skip
        files[0].write_text(json.dumps(changed))
        refused = asked(config, "host", "take", "GR-1", str(files[0]))
        assert "The signature of this statement is not that of GR-1" in refused.output
    assert "was here already" in asked(config, "host", "take", "GR-1", str(files[1])).output


def test_a_statement_that_was_signed_in_the_future_is_not_taken(tmp_path: Path) -> None:
    """It would keep out every honest one until then."""
    told = statements.SignedStatement(
        HostStatement(1, "2026-10", False), "2027-11-03T06:00:00+00:00"
    )
    with pytest.raises(UsageError) as refused:
        statements.keep_signed(tmp_path, told, "GR-1", NOW)
    assert str(refused.value) == (
        "This statement of GR-1 for 2026-10 was signed on 2027-11-03T06:00:00+00:00, which is still"
        " to come. Nothing was taken. Correct the clock of the computer on which it was made, and"
        " ask the group for a new one."
    )
    assert statements.newest(tmp_path, "2027-12") is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_consent_is_what_was_signed_last_whichever_month_it_is_about(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    agreed = statements.SignedStatement(
        HostStatement(1, "2026-11", False, listed=True), "2026-11-01T06:00:00+00:00"
    )
    taken_back = statements.SignedStatement(
        HostStatement(1, "2026-10", True, listed=False), "2026-11-02T06:00:00+00:00"
    )
    for index in order:
        statements.keep_signed(tmp_path, (agreed, taken_back)[index], "GR-1", NOW)
    newest = statements.newest(tmp_path, "2026-11")
    assert newest is not None
    assert (newest.month, newest.listed) == ("2026-11", False)
    again = msgspec.structs.replace(agreed, made="2026-11-02T07:00:00+00:00")
    statements.keep_signed(tmp_path, again, "GR-1", NOW)
    listed = statements.newest(tmp_path, "2026-11")
    assert listed is not None
    assert listed.listed
    # What cannot be read is no consent.
    statements.keep_signed(
        tmp_path,
        msgspec.structs.replace(taken_back, made="2026-11-02T08:00:00+00:00"),
        "GR-1",
        NOW,
    )
    (tmp_path / "statements/2026-10.json").write_text("{")
    doubtful = statements.newest(tmp_path, "2026-11")
    assert doubtful is not None
    assert not doubtful.listed


def test_what_is_signed_must_be_a_statement_that_this_program_knows(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    for text, words in (
        ('{"version": 2, "month": "2026-10", "closed": true}', "of a newer form (2)"),
        ('{"version": 1, "month": "October", "closed": true}', "is no month"),
        ('{"version": 1, "month": "2026-10/2026-12", "closed": true}', "is no month"),
        ('{"version": 1}', "cannot be read"),
    ):
        signature = base64.b64encode(key.sign(text.encode())).decode()
        content = json.dumps({"statement": text, "signature": signature}).encode()
        with pytest.raises(UsageError) as refused:
            statements.verified(content, public, "GR-1")
        assert words in str(refused.value)
    (tmp_path / "statement.key").write_text("spoilt")
    told = HostStatement(1, "2026-10", False)
    with pytest.raises(UsageError, match="is not a key"):
        statements.signed(told, tmp_path / "budgettrack.toml", NOW)


def test_nobody_reaches_another_folder_by_a_code(tmp_path: Path) -> None:
    told = HostStatement(1, "2026-10", False)
    statements.keep(tmp_path / "other", told)
    (tmp_path / "groups").mkdir()
    assert statements.newest(tmp_path / "groups/../other", "2026-10") is not None
    assert statements.newest_of(tmp_path / "groups", ["../other"], "2026-10") == {}


def test_a_fee_that_the_host_notes_as_income_is_counted_once(tmp_path: Path) -> None:
    """5 % of 12,000 is kept. The host notes it as income, and spends some. The group, whose sheet
    has the fee by percentage, typed it into its expenses too."""
    plan = dict(hosted_plan("GR-1"))
    plan["grants"] = [{**plan["grants"][0], "host_fee": "5"}]
    typed = {**plan["expenses"][0], "amount": "600", "date": "2026-08-20", "paid_on": "2026-08-20",
             "description": "Fee of the host"}  # fmt: skip
    plan["expenses"] = [*plan["expenses"], typed]
    more = dict(with_money("GR-1"))
    more["given"] = [{**more["given"][0], "fee": "5"}]
    own = {"id": "G-2", "funder": "Delta Partners", "title": "Own money", "state": "active",
           "currency": "EUR"}  # fmt: skip
    fee = {"date": "2026-08-04", "grant": "G-2", "kind": "host fee", "amount": "600",
           "state": "received"}  # fmt: skip
    spent = {"date": "2026-09-02", "grant": "G-2", "amount": "250", "state": "paid"}
    more |= {"grants": [*more["grants"], own], "income": [*more["income"], fee],
             "expenses": [*more["expenses"], spent]}  # fmt: skip
    config = ran(host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan}, more=more))
    first, second = rows_of(config)
    assert (first["received"], first["fees"], first["held_here"]) == (
        "90000.00", "600.00", "77900.00",
    )  # fmt: skip
    assert (second["received"], second["fees"], second["spent"], second["held_here"]) == (
        "0.00", "-600.00", "250.00", "350.00",
    )  # fmt: skip
    group = config.parent / "groups" / "GR-1" / "budgettrack.toml"
    assert "Host fee % takes off exactly 600.00 EUR already." in asked(group, "checks").stdout
    assert "exactly" not in asked(config, "checks").stdout
    # The same fee as any other income: it would have come in twice, and is told.
    book = openpyxl.load_workbook(config.parent / "host.xlsx")
    for cells in book["Income"].iter_rows():
        for cell in cells:
            if cell.value == "host fee":
                cell.value = "donation"
    book.save(config.parent / "host.xlsx")
    assert asked(config, "sync", *ON).exit_code in (0, 3)
    assert "We keep exactly 600.00 EUR of a grant as a fee." in asked(config, "checks").stdout
    assert rows_of(config)[1]["received"] == "600.00"
