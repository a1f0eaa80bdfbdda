"""One grant that is handed on to several groups, and by two levels (network, host, group), through
the real program: from the workbooks of all of them to the sums of the network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.answers import files_of
from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.network import NetworkSums, sealed
from budgettrack.host import network
from budgettrack.statements import own_public_key
from tests.world.hosted import host_in, hosted_plan, opened, row, with_money

ON = ("--on", "2026-11-02")


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def told(config: Path, *words: str) -> list[dict[str, Any]]:
    done = asked(config, *words, *ON, "--json")
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def terms(shown: dict[str, Any]) -> dict[str, str]:
    """Returns the terms of an award that are not zero."""
    names = ("received", "returned", "spent", "fees", "held_here", "held_below", "on_the_way",
             "exchange", "differs", "unmatched")  # fmt: skip
    return {name: shown[name] for name in names if shown[name] != "0.00"}


def ran(config: Path) -> None:
    for _ in range(2):  # what groups tell in the first run is in the host's sheet in the second
        done = asked(config, "host", "run", *ON)
        assert done.exit_code in (0, 3), done.output


def a_host(folder: Path) -> Path:
    """A host that has 40,000 EUR from the network and keeps nothing of it, and that pays two groups:
    one in EUR, and one in KES, which sends some back."""
    more: dict[str, Sequence[Fields]] = dict(with_money("GR-1", "GR-2"))
    more["grants"] = [{
        **more["grants"][0], "funder": "Wide Network", "amount": "40000",
        "agreement_reference": "NET-1", "host_fee": "10", "host_fee_on": "spending",
    }]  # fmt: skip
    more["budget"] = [
        {"id": "B-1", "grant": "G-1", "category": "Office", "amount": "10000", "people_paid": "0"},
        {"id": "B-2", "grant": "G-1", "category": "Groups", "amount": "30000", "people_paid": "0"},
    ]
    more["income"] = [{**more["income"][0], "amount": "40000"}]
    given = [{**one, "budget_line": "B-2"} for one in more["given"]]
    given[1] |= {"currency": "KES", "amount": "1200000"}
    more["given"] = given
    more["instalments"] = [
        more["instalments"][0],
        {"given": "V-GR-2", "direction": "to the group", "paid_on": "2026-08-03",
         "amount_paid": "1200000", "cost": "8000"},
        {"given": "V-GR-2", "direction": "back from the group", "paid_on": "2026-10-20",
         "amount_paid": "150000", "cost": "990"},
    ]  # fmt: skip
    more["agreements"] = [{
        "kind": "host or country partner", "other_party": "Wide Network", "state": "in force",
        "ending": "By either side", "statement": "yes",
    }]  # fmt: skip
    second = dict(hosted_plan("GR-2"))
    second["grants"] = [{**second["grants"][0], "currency": "KES", "amount": "1200000"}]
    second["expenses"] = [
        {**one, "amount": "100000", "currency": "KES"} for one in second["expenses"]
    ]
    second["budget"] = [{**second["budget"][0], "amount": "1200000"}]
    income = {**second["income"][0], "amount": "1200000", "currency": "KES"}
    second["income"] = [
        income,
        {**income, "kind": "returned to funder", "date": "2026-10-18", "amount": "150000"},
    ]
    plans = {"GR-1": hosted_plan("GR-1"), "GR-2": second}
    return host_in(
        folder, [row("GR-1"), row("GR-2", currency="KES")], plans=plans, more=more,
    )  # fmt: skip


def a_network(folder: Path, public_key: str) -> Path:
    """A network that has 90,000 EUR, pays the host 40,000 of it, and a group of its own 12,000."""
    more: dict[str, Sequence[Fields]] = dict(with_money("H-1", "GR-7"))
    first = {**more["given"][0], "amount": "40000", "agreement_reference": "NET-1"}
    more["given"] = [first, more["given"][1]]
    more["instalments"] = [{**more["instalments"][0], "amount_paid": "40000"},
                           more["instalments"][1]]  # fmt: skip
    rows = [row("H-1", state="paused", public_key=public_key), row("GR-7")]
    config = host_in(folder, rows, plans={"GR-7": hosted_plan("GR-7")}, more=more)
    config.write_text(config.read_text().replace("Delta Partners", "Wide Network"))
    own = folder / "groups/GR-7/plan.xlsx"
    book = openpyxl.load_workbook(own)
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.value == "Delta Partners":
                    cell.value = "Wide Network"
    book.save(own)
    return config


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The configs of the network and of the host. The host is on a server of its own."""
    folder = tmp_path_factory.mktemp("levels")
    host = a_host(folder / "host")
    ran(host)
    file = folder / "told.json"
    signed = asked(host, "statement", "--out", str(file), *ON)
    assert signed.exit_code == 0, signed.output
    top = a_network(folder / "network", signed.output.rsplit(": ", 1)[1].strip())
    ran(top)
    taken = asked(top, "host", "take", "H-1", str(file))
    assert taken.output.startswith("The statement of H-1 for 2026-10 was taken.\n"), taken.output
    ran(top)
    return top, host


def test_one_grant_that_several_groups_share_is_counted_once(levels: tuple[Path, Path]) -> None:
    """40,000 came. We spent 100, one group 3,000, the other 300,000 KES, which cost us 2,000 (8,000
    for 1,200,000). The network keeps 10 % of the 5,100 that all spent. 12,000 + 8,000 went out, and
    150,000 KES, which had cost 1,000, came back as 990."""
    (award,) = told(levels[1], "host", "money")
    assert terms(award) == {
        "received": "40000.00",
        "spent": "5100.00",
        "fees": "510.00",
        "held_here": "20380.00",  # 40,000 - 100 - 510 - 20,000 + 990
        "held_below": "14000.00",  # 9,000, and 750,000 KES
        "exchange": "10.00",
    }
    by_group = told(levels[1], "host", "money", "--by", "group")
    assert [(one["group"], one["spent"], one["held_below"]) for one in by_group] == [
        ("GR-1", "3000.00", "9000.00"), ("GR-2", "2000.00", "5000.00"), ("", "100.00", "0.00"),
    ]  # fmt: skip
    assert told(levels[1], "host", "money", "--by", "trouble") == []


def test_what_a_host_tells_has_the_money_of_its_groups_once(levels: tuple[Path, Path]) -> None:
    whole, *categories = told(levels[1], "statement")
    assert (whole["spent"], whole["fees"], whole["held"], whole["held_below"]) == (
        "5100.00", "510.00", "20380.00", "14000.00",
    )  # fmt: skip
    # In the words of the host's own budget: those of groups are not told on.
    assert {one["category"]: one["spent"] for one in categories} == {
        "Groups": "5000.00", "Office": "100.00",
    }  # fmt: skip
    sheet = openpyxl.load_workbook(levels[1].with_name("host.xlsx"))["Summary"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    at = next(at for at, line in enumerate(lines) if str(line[0]).startswith("The host sees this"))
    assert lines[at + 1][:10] == [
        "Grant", "Category", "Currency", "Received", "Returned", "Spent", "Fees", "Balance held",
        "Held by groups", "On the way",
    ]  # fmt: skip
    assert lines[at + 2][:10] == ["G-1", None, "EUR", 40000, 0, 5100, 510, 20380, 14000, 0]


def test_two_levels_are_counted_once(levels: tuple[Path, Path]) -> None:
    """90,000 came. The network spent 100, its own group 3,000, the host and its groups 5,100."""
    (award,) = told(levels[0], "host", "money")
    assert terms(award) == {
        "received": "90000.00",
        "spent": "8200.00",
        "fees": "510.00",
        "held_here": "37900.00",  # 90,000 - 100 - 40,000 - 12,000
        "held_below": "43380.00",  # 9,000, and 20,380 + 14,000 of the host and its groups
        "exchange": "10.00",
    }
    by_group = told(levels[0], "host", "money", "--by", "group")
    assert {one["group"]: one["spent"] for one in by_group} == {
        "GR-7": "3000.00", "H-1": "5100.00", "": "100.00",
    }  # fmt: skip
    # The host reckons the fee that the network did not type into Fee %: both keep it once.
    assert told(levels[0], "host", "money", "--by", "trouble") == []


@pytest.mark.parametrize(("level", "spent"), [(0, "8,200.00"), (1, "5,100.00")])
def test_the_summary_for_the_funder_has_it_once(
    levels: tuple[Path, Path], level: int, spent: str, tmp_path: Path
) -> None:
    config = levels[level]
    done = asked(config, "report", "funder", "G-1", "--out", str(tmp_path), *ON)
    assert done.exit_code in (0, 3), done.output
    (page,) = tmp_path.rglob("*.html")
    text = page.read_text()
    assert spent in text
    assert "GR-1" not in text or level == 1  # the network knows nothing of the host's groups


def test_the_networks_page_counts_what_a_host_and_its_groups_can_still_spend(
    levels: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of the awards protects sums: 20,380 of the host, and 14,000 of its groups."""
    seen: list[dict[str, int]] = []

    def watched(*given: Any, left: dict[str, int], **more: Any) -> NetworkSums:
        seen.append(left)
        return sealed(*given, left=left, **more)

    monkeypatch.setattr(network, "sealed", watched)
    done = asked(levels[0], "host", "network", "--on", "2026-11-16")
    assert done.exit_code in (0, 3), done.output
    assert seen == [{"H-1": 3438000, "GR-7": 900000}]
    network.take_down(opened(levels[0]))


def test_who_is_on_a_server_of_its_own_gets_the_answer_as_a_file(
    levels: tuple[Path, Path],
) -> None:
    """It lies beside the statement that was taken. This test changes the books of the network."""
    top, host = levels
    path = top.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Instalments"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Amount paid")].value = 41000
    book.save(path)
    ran(top)
    (answer,) = files_of(top.parent / "groups/H-1", "Wide Network")
    assert json.loads(answer.read_bytes())["host"] == "Wide Network"
    host.with_name(answer.name).write_bytes(answer.read_bytes())
    said = "Wide Network paid 41,000.00 EUR on 2026-08-03, and our books have 40,000.00 EUR."
    unknown = (
        f"Nobody can say whether the file {answer.name} is from Wide Network, because its public key"
        " is not here. Nothing in it was compared with our books."
    )
    unsigned = (
        f"The file {answer.name} was not signed with this key of Wide Network: it was changed, or Wide"
        " Network has another key. Nothing in it was compared with our books."
    )
    assert about_the_answer(host) == {unknown}
    key = own_public_key(top)
    type_key(host, own_public_key(host))
    assert about_the_answer(host) == {unsigned}
    type_key(host, "no key")
    assert about_the_answer(host) == {unsigned}
    type_key(host, key)
    assert about_the_answer(host) == {said}
    # One unit more, one signature less, and the form that had none.
    told = json.loads(answer.read_bytes())
    for changed in (
        answer.read_bytes().replace(b"41000.00", b"41000.01"),
        answer.read_bytes().replace(told["signature"][:8].encode(), b"AAAAAAAA"),
        json.dumps({name: of for name, of in told.items() if name != "signature"}).encode(),
    ):
        assert changed != answer.read_bytes()
        host.with_name(answer.name).write_bytes(changed)
        assert about_the_answer(host) == {unsigned}
    # If nothing is given any more, the answer says so, and is signed too.
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Given"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Group")].value = "GR-7"
    book.save(path)
    ran(top)
    assert json.loads(answer.read_bytes())["grants"] == []
    host.with_name(answer.name).write_bytes(answer.read_bytes())
    assert about_the_answer(host) == set()


def about_the_answer(host: Path) -> set[str]:
    assert asked(host, "sync", *ON).exit_code in (0, 3)
    sheet = openpyxl.load_workbook(host.with_name("host.xlsx"))["Checks"]
    cells = {str(cell) for line in sheet.iter_rows(values_only=True) for cell in line}
    return {cell for cell in cells if "file answer-" in cell or "Wide Network paid" in cell} - {
        cell for cell in cells if cell.startswith("Ask ")
    }


def type_key(host: Path, key: str) -> None:
    path = host.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Agreements"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Public key")].value = key
    book.save(path)
