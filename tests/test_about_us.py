"""What a group says of itself: a tab that opens the public site and the mail, and no setting."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from lxml import html

from budgettrack.core.records.model import Fields
from tests.world.group import CONFIG, ROWS, Group

ON = ("--on", "2026-11-02")
ABOUT: list[Fields] = [
    {"topic": "how to reach us", "words": "desk@peers.example"},
    {"topic": "aims", "words": "Nobody dies.\n\nEverybody is heard."},
    {"topic": "since when", "words": "September 2025"},
    {"topic": "approach", "words": "Call +351 912 345 678 at night"},
    {"topic": "for whom"},
]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Group:
    made = Group(tmp_path_factory.mktemp("about"), {**ROWS, "about": ABOUT})
    made.sync("--yes")
    assert made.run("report", "transparency", *ON).exit_code == 0
    assert made.run("report", "funder", "G-1", *ON).exit_code in (0, 3)
    return made


def page(peers: Group, name: str) -> str:
    return (peers.folder / "reports" / "public" / name).read_text("utf-8")


def test_the_index_shows_it_in_the_order_of_its_topics_after_what_is_new(peers: Group) -> None:
    where, about, *_ = html.fromstring(page(peers, "index.html")).iter("section")
    told = [
        "".join(map(str, element.itertext())).strip() for element in about.iter("h2", "h3", "p")
    ]
    assert where.get("id") == "where"

    assert told == [
        "About us",
        "Nobody dies.",
        "Everybody is heard.",
        "Approach",
        "(withheld: it looked like a personal detail)",
        "Since when",
        "September 2025",
    ]


def test_how_to_reach_the_group_ends_every_page_and_the_funders_summary(peers: Group) -> None:
    summaries = list((peers.folder / "reports" / "private").rglob("*.html"))

    assert summaries
    for text in (page(peers, "index.html"), page(peers, "2026-10.html"), summaries[0].read_text()):
        assert "desk@peers.example" in text


def test_an_address_is_meant_there_and_nowhere_else(peers: Group) -> None:
    codes = [place for place, code in peers.codes() if code == "personal-detail-published"]

    assert codes == ["'About us'!B5"]


def test_what_it_says_now_is_on_all_pages(tmp_path: Path) -> None:
    peers = Group(tmp_path, {**ROWS, "about": ABOUT}, before=(("sync", *ON, "--yes"),))
    peers.run("report", "transparency", "--month", "2026-08", *ON)
    peers.set("About us", "B2", "new@peers.example")
    peers.sync()
    peers.run("report", "transparency", *ON)

    assert "new@peers.example" in page(peers, "2026-05.html")
    assert "desk@" not in page(peers, "2026-05.html")


def test_a_new_workbook_asks_for_every_topic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from budgettrack.cli import main

    monkeypatch.chdir(tmp_path)
    assert (
        CliRunner().invoke(main, ["init", "--xlsx", "plan.xlsx", "--preset", "startup"]).exit_code
        == 0
    )
    sheet = openpyxl.load_workbook("plan.xlsx")["About us"]

    assert [row[0].value for row in sheet.iter_rows(2, 7)] == [
        "aims", "approach", "for whom", "host or legal form", "since when", "how to reach us",
    ]  # fmt: skip


def test_the_setting_of_before_says_where_it_belongs(tmp_path: Path) -> None:
    peers = Group(tmp_path, {})
    peers.config.write_text(CONFIG + '[organisation]\ncontact = "desk@peers.example"\n')
    refused = peers.run("status")

    assert refused.exit_code != 0
    assert (
        'organisation.contact: "contact" is no longer a setting. Type it into the tab About us,'
        " beside how to reach us, and delete this line." in refused.stderr
    )
