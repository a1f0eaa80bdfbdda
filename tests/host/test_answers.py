"""What differs between *Given* and the statement of a group is a finding in both sheets."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from budgettrack.answers import (
    READ,
    answer_of,
    answers_in,
    answers_state,
    files_of,
    keep_answer,
    remember_answers,
    signed_answer,
    text_of,
)
from budgettrack.cli import main
from budgettrack.core.counting.answers import (
    VERSION,
    AnsweredGrant,
    HostAnswer,
    ReadAnswer,
    RefusedAnswer,
)
from budgettrack.core.counting.statements import HostStatement
from budgettrack.statements import own_public_key, signed
from tests.world.hosted import NOW, host_in, hosted_plan, row, with_money

ON = ("--on", "2026-11-02")


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def answer_for(config: Path, code: str = "GR-1", host: str = "Delta Partners") -> Path:
    (path,) = files_of(config.parent / "groups" / code, host)
    return path


def ran(config: Path, on: str = "2026-11-02") -> None:
    done = asked(config, "host", "run", "--on", on)
    assert done.exit_code in (0, 3), done.output


def codes(config: Path) -> dict[str, list[str]]:
    """Returns what the tab *Checks* of the host and of each group says about the other side."""
    sheets = {"": config.with_name("host.xlsx")}
    sheets |= {path.parent.name: path for path in config.parent.glob("groups/*/plan.xlsx")}
    found: dict[str, list[str]] = {}
    for code, path in sheets.items():
        _, *lines = openpyxl.load_workbook(path)["Checks"].iter_rows(values_only=True)
        about = [str(line[2]) for line in lines if line[2]]
        found[code] = [text for text in about if "paid" in text and "books" in text]
    return found


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A host that paid two groups 12,000 each. The first noted 11,000."""
    plans = {"GR-1": hosted_plan("GR-1", got="11000"), "GR-2": hosted_plan("GR-2")}
    more = with_money("GR-1", "GR-2")
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")], plans=plans, more=more)
    ran(config)
    ran(config, "2026-11-03")
    return config


def test_a_wrong_amount_is_a_finding_in_both_sheets_and_in_no_other(wrong: Path) -> None:
    host = "We paid 12,000.00 EUR on 2026-08-03, and the books of GR-1 have 11,000.00 EUR."
    group = "Delta Partners paid 12,000.00 EUR on 2026-08-03, and our books have 11,000.00 EUR."
    assert codes(wrong) == {"": [host], "GR-1": [group], "GR-2": []}


def test_each_group_has_its_own_answer_and_nothing_of_another(wrong: Path) -> None:
    for code, other in (("GR-1", "GR-2"), ("GR-2", "GR-1")):
        path = answer_for(wrong, code)
        assert path.stat().st_mode & 0o777 == 0o600
        told = json.loads(path.read_text())
        assert [one["agreement"] for one in told["grants"]] == [f"SG {code}"]
        assert other not in path.read_text()
        assert "Meridian" not in path.read_text()


def test_what_the_group_corrects_is_gone_at_its_next_sync(wrong: Path) -> None:
    path = wrong.parent / "groups/GR-1/plan.xlsx"
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Income"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Amount")].value = 12000
    book.save(path)
    own = wrong.parent / "groups/GR-1/budgettrack.toml"
    assert asked(own, "sync", "--on", "2026-11-03").exit_code in (0, 3)
    assert codes(wrong)["GR-1"] == []
    ran(wrong, "2026-11-04")
    ran(wrong, "2026-11-04")
    assert codes(wrong) == {"": [], "GR-1": [], "GR-2": []}


def test_what_the_host_corrects_reaches_the_group_in_the_same_run(wrong: Path) -> None:
    path = wrong.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Instalments"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Amount paid")].value = 11000
    book.save(path)
    ran(wrong, "2026-11-03")
    assert codes(wrong) == {"": [], "GR-1": [], "GR-2": []}


DIFFERS = "host-payment-differs"


def type_key(path: Path, key: str) -> None:
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Agreements"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Public key")].value = key
    book.save(path)


def about_the_host(wrong: Path) -> dict[str, str]:
    """Returns the findings of GR-1 about its host after a sync of its own, by code."""
    own = wrong.parent / "groups/GR-1/budgettrack.toml"
    assert asked(own, "sync", *ON).exit_code in (0, 3)
    told = json.loads(asked(own, "checks", "--json").output)
    return {one["code"]: json.dumps(one) for one in told if one["code"].startswith("host-")}


def test_a_damaged_answer_is_told_and_written_anew(wrong: Path) -> None:
    path = answer_for(wrong)
    before = path.read_bytes()
    assert text_of(answer_of(before)) == before
    for bad in (b"", b"{broken", before.replace(b'"version": 4', b'"version": 1'),
                before.replace(b"12000.00", b"much"),
                before.replace(b'"group"', b'"groop"'),
                before.replace(b'"month": "2026-', b'"month": "26-'),
                before.replace(b"+00:00", b""),
                before.replace(b"+00:00", b"+01:00"),
                before.replace(b'"made": "2026-', b'"made": "26-')):  # fmt: skip
        assert bad != before
        path.write_bytes(bad)
        assert answers_in(path.parent, NOW) == (RefusedAnswer("damaged", path.name),)
    assert set(about_the_host(wrong)) == {"host-answer-damaged"}
    path.write_bytes(before)
    assert set(about_the_host(wrong)) == {DIFFERS}
    path.unlink()
    path.mkdir()
    assert set(about_the_host(wrong)) == {"host-answer-damaged"}
    path.rmdir()
    assert about_the_host(wrong) == {}
    ran(wrong, "2026-11-03")
    path = answer_for(wrong)
    again = answer_of(path.read_bytes())
    assert replace(again, made="", signature="") == replace(
        answer_of(before), made="", signature=""
    )
    # What is the same is not written again, at any time: nobody's sheet has to be synced.
    before = path.read_bytes()
    ran(wrong, "2026-11-04")
    assert path.read_bytes() == before


def test_the_answer_of_another_group_is_told_and_nothing_of_it_is_shown(wrong: Path) -> None:
    folder = wrong.parent / "groups"
    assert folder.is_dir()
    answer_for(wrong).write_bytes(answer_for(wrong, "GR-2").read_bytes())
    found = about_the_host(wrong)
    assert set(found) == {"host-answer-for-another"}
    assert "GR-2" not in repr(found)
    assert "12,000" not in repr(found)


def test_the_answer_of_another_host_is_told_and_nothing_of_it_is_shown(wrong: Path) -> None:
    path = answer_for(wrong)
    path.write_bytes(path.read_bytes().replace(b"Delta Partners", b"Another Host"))
    found = about_the_host(wrong)
    assert set(found) == {"host-answer-of-another"}
    assert "Another Host" not in repr(found)


def test_a_group_on_a_server_of_its_own_knows_its_answer_by_its_key(tmp_path: Path) -> None:
    told = HostAnswer(VERSION, "2026-10", "Delta Partners", "GR-9")
    folder = tmp_path / "books"
    folder.mkdir()
    assert answers_state(folder) == b""
    file = folder / "answer-1.json"
    another = (RefusedAnswer("of another group", file.name),)
    file.write_bytes(text_of(told))
    assert answers_in(folder, NOW) == another
    before = answers_state(folder)
    _, key = signed(HostStatement(1, "2026-10", False), folder / "budgettrack.toml", NOW)
    assert answers_state(folder) != before
    assert answers_in(folder, NOW) == another
    file.write_bytes(text_of(replace(told, key=key)))
    (read,) = answers_in(folder, NOW)
    assert isinstance(read, HostAnswer)
    assert (read.group, read.key) == ("GR-9", key)
    (folder / "statement.key").write_text("no key")
    assert answers_in(folder, NOW) == another
    before = answers_state(folder)
    file.rename(folder / "answer.json")
    assert answers_state(folder) != before
    (folder / "answer.json").unlink()
    (folder / "answer.json").mkdir()
    assert b"unreadable" in answers_state(folder)


def test_two_hosts_have_a_file_each_and_neither_takes_the_other_away(wrong: Path) -> None:
    """The second host runs on the same server. Its *Groups* has the same code, and its folder of
    groups is the same."""
    first = answer_for(wrong)
    before = first.read_bytes()
    more = with_money("GR-1")
    config = host_in(wrong.parent / "2", [row("GR-1")], more=more, settings='groups = "../groups"')
    config.write_text(config.read_text().replace("Delta Partners", "Second Host"))
    ran(config, "2026-11-03")
    ran(config, "2026-11-03")
    assert first.read_bytes() == before
    other = answer_for(wrong, host="Second Host")
    assert other != first
    ran(wrong, "2026-11-04")
    assert (first.read_bytes(), other.exists()) == (before, True)
    # The group has no agreement with the second host, and compares what the first one says.
    assert set(about_the_host(wrong)) == {"host-answer-of-another", DIFFERS}


def test_a_file_of_an_older_name_or_key_is_replaced_by_the_one_of_now(wrong: Path) -> None:
    path = answer_for(wrong)
    old = path.with_name("answer.json")
    old.write_bytes(path.read_bytes().replace(b'"version": 4', b'"version": 3'))
    ran(wrong, "2026-11-04")
    assert not old.exists()
    assert answer_for(wrong) == path
    wrong.with_name("statement.key").unlink()
    ran(wrong, "2026-11-05")
    assert not path.exists()
    assert answer_for(wrong) != path


def test_an_older_signed_answer_that_is_put_back_is_told_and_not_compared(wrong: Path) -> None:
    """The group types the host's key, so what it has read is remembered."""
    path = answer_for(wrong)
    older = path.read_bytes()
    type_key(wrong.parent / "groups/GR-1/plan.xlsx", own_public_key(wrong))
    assert set(about_the_host(wrong)) == {DIFFERS}
    made = answer_of(older).made
    assert (path.parent / READ).read_text() == f"{own_public_key(wrong)} {made}\n"
    assert (path.parent / READ).stat().st_mode & 0o777 == 0o600
    later = datetime.fromisoformat(made) + timedelta(hours=1)
    newer = signed_answer(replace(answer_of(older), grants=()), wrong, later)
    path.write_bytes(text_of(newer))
    assert set(about_the_host(wrong)) == {"host-payment-unknown"}
    path.write_bytes(older)
    assert set(about_the_host(wrong)) == {"host-answer-older"}
    # It stays so, and the newer one is read again.
    assert set(about_the_host(wrong)) == {"host-answer-older"}
    path.write_bytes(text_of(newer))
    assert set(about_the_host(wrong)) == {"host-payment-unknown"}


@pytest.mark.parametrize(("hours", "is_to_come"), [(23, False), (25, True)])
def test_an_answer_of_a_time_to_come_is_known_by_the_clock(
    tmp_path: Path, hours: int, is_to_come: bool
) -> None:
    folder = tmp_path / "GR-9"
    folder.mkdir()
    told = HostAnswer(VERSION, "2026-10", "Delta Partners", "GR-9")
    made = signed_answer(told, tmp_path / "host.toml", NOW + timedelta(hours=hours))
    (folder / "answer-1.json").write_bytes(text_of(made))
    (read,) = answers_in(folder, NOW)
    assert isinstance(read, ReadAnswer)
    assert (read.is_to_come, read.file) == (is_to_come, "answer-1.json")
    assert read.is_signed_by(own_public_key(tmp_path / "host.toml"))


def test_what_was_read_is_never_remembered_as_older(tmp_path: Path) -> None:
    remember_answers(tmp_path, {}, NOW)
    assert not (tmp_path / READ).exists()
    remember_answers(tmp_path, {"a": "2026-02", "b": "2026-02"}, NOW)
    remember_answers(tmp_path, {"a": "2026-01", "b": "2026-03"}, NOW)
    assert (tmp_path / READ).read_text() == "a 2026-02\nb 2026-03\n"
    # What was read while the clock was ahead does not count any more.
    (tmp_path / READ).write_text("a 2027-02\nb 2026-03\n")
    remember_answers(tmp_path, {"a": "2026-04"}, NOW)
    assert (tmp_path / READ).read_text() == "a 2026-04\nb 2026-03\n"
    (tmp_path / READ).unlink()
    (tmp_path / READ).mkdir()
    remember_answers(tmp_path, {"a": "2026-02"}, NOW)


def host_said(tmp_path: Path, *, grants: bool = True) -> tuple[Path, Path, HostAnswer]:
    """Returns the folder of a group, the config of its host, and what the host says."""
    folder = tmp_path / "groups/GR-9"
    folder.mkdir(parents=True)
    paid = (AnsweredGrant("SG-1", "EUR", "0"),) if grants else ()
    return folder, tmp_path / "host.toml", HostAnswer(VERSION, "2026-10", "Delta", "GR-9", "", paid)


def made_of(folder: Path) -> datetime:
    (file,) = files_of(folder, "Delta")
    return datetime.fromisoformat(answer_of(file.read_bytes()).made)


SECOND = timedelta(seconds=1)


def test_an_answer_that_was_signed_with_the_clock_ahead_is_signed_again(tmp_path: Path) -> None:
    folder, config, told = host_said(tmp_path)
    assert keep_answer(folder, told, config, NOW + timedelta(days=400))
    assert keep_answer(folder, told, config, NOW)
    assert made_of(folder) == NOW
    assert not keep_answer(folder, told, config, NOW + timedelta(days=3))
    assert made_of(folder) == NOW


def test_a_new_answer_is_never_older_than_the_one_before(tmp_path: Path) -> None:
    """The clock of the host was ahead by some hours, and is right again."""
    folder, config, told = host_said(tmp_path)
    ahead = NOW + timedelta(hours=10)
    assert keep_answer(folder, told, config, ahead)
    assert not keep_answer(folder, told, config, NOW)
    changed = replace(told, month="2026-11")
    assert keep_answer(folder, changed, config, NOW)
    assert made_of(folder) == ahead + SECOND


def test_an_answer_that_the_group_takes_for_older_is_signed_again(tmp_path: Path) -> None:
    folder, config, told = host_said(tmp_path)
    assert keep_answer(folder, told, config, NOW)
    ahead = NOW + timedelta(hours=10)
    own = own_public_key(config)
    remember_answers(folder, {own: ahead.isoformat(timespec="seconds")}, NOW)
    assert keep_answer(folder, told, config, NOW)
    assert made_of(folder) == ahead + SECOND
    assert not keep_answer(folder, told, config, NOW)
    # A line that nobody can read stops nothing, and a time far ahead is forgotten.
    for damaged in ("2026 and more", "2030-01-01T00:00:00+00:00"):
        (folder / READ).write_text(f"{own} {damaged}\n")
        keep_answer(folder, replace(told, month="2026-12"), config, NOW)
        (read,) = answers_in(folder, NOW)
        assert isinstance(read, ReadAnswer)
        assert not read.is_to_come
        assert "2030" not in repr(read.newest)


def test_a_damaged_file_of_ours_is_written_anew_also_if_nothing_is_given(tmp_path: Path) -> None:
    folder, config, told = host_said(tmp_path)
    assert keep_answer(folder, told, config, NOW)
    (file,) = files_of(folder, "Delta")
    file.write_bytes(b"{broken")
    nothing = replace(told, grants=())
    assert keep_answer(folder, nothing, config, NOW)
    assert answer_of(file.read_bytes()).grants == []
    # The damaged file of another host is left alone, and is no reason for one of ours.
    file.rename(file.with_name("answer-other.json")).write_bytes(b"{broken")
    assert not keep_answer(folder, nothing, config, NOW)
    assert not file.exists()


def test_the_answers_to_the_questions_of_adopt_are_no_answer_of_a_host(tmp_path: Path) -> None:
    folder, _, told = host_said(tmp_path)
    for name in ("answers.json", "answer (1).json"):
        (folder / name).write_bytes(text_of(told))
    assert answers_in(folder, NOW) == ()
    assert answers_state(folder) == b""
    assert files_of(folder, "Delta") == []
    for name in ("answer.json", "answer-1.json", "answer-1 (1).json"):
        (folder / name).write_bytes(text_of(told))
    assert len(answers_in(folder, NOW)) == len(files_of(folder, "Delta")) == 3
