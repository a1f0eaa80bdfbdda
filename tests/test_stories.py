"""Stories: words and a picture, with consent alone, and off at once when it is taken back."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from click.testing import Result
from lxml import etree, html
from PIL import Image

from budgettrack.config.load import load
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.reports.make import reports
from tests.world.group import ON, ROWS, Group
from tests.world.planted_pictures import MARKS, saved
from tests.world.report_text import everything

TOLD = {"consent": "2020-10-30", "publish": "yes"}
STORIES: list[Fields] = [
    {"id": "ST-1", "month": "2026-09", "title": "OLDER-TITLE", "story": "OLDER-WORDS.", **TOLD},
    {"id": "ST-2", "month": "2026-10", "title": "PIER-TITLE", "story": "PIER-ONE.\n\nPIER-TWO."}
    | {"picture": "secret-name.jpg", "shows": "PIER-SHOWN.", **TOLD},
    {"id": "ST-3", "month": "2026-10", "title": "HIDDEN-1", "story": "HIDDEN-2", "publish": "yes"},
    {"id": "ST-4", "month": "2026-10", "title": "HIDDEN-3", "story": "HIDDEN-4", "consent": "2020-10-30"},
    {"id": "ST-5", "month": "2026-10", "title": "HIDDEN-5", "story": "Call +351 912 345 678", **TOLD},
    {"id": "ST-6", "month": "2026-10", "title": "HIDDEN-6", "story": "HIDDEN-7", "publish": "yes"}
    | {"consent": "2126-11-03", "picture": "secret-name.jpg", "shows": "HIDDEN-8"},
    {"id": "ST-7", "month": "2026-10", "title": "BARE-TITLE", "story": "BARE-WORDS."}
    | {"picture": "secret-name.jpg", **TOLD},
    {"id": "ST-8", "month": "2026-10", "title": "LOST-TITLE", "story": "LOST-WORDS."}
    | {"picture": "not-there.jpg", "shows": "LOST-SHOWN", **TOLD},
    {"id": "ST-9", "month": "2027-03", "title": "HIDDEN-9", "story": "HIDDEN-10", **TOLD},
]  # fmt: skip
CONFIG = """
[workbook]
xlsx = "plan.xlsx"
[reports]
pictures = "photos"
year_begins = "2025-11"
[deliver]
folder = "www"
"""


class Peers(Group):
    """A group, and what the public can read of it."""

    @property
    def public(self) -> Path:
        return self.folder / "reports" / "public"

    def expect(self, *words: str) -> Result:
        result = self.run(*words)
        assert result.exit_code in (0, 3), result.output
        return result

    def page(self, name: str) -> html.HtmlElement:
        return html.fromstring((self.public / name).read_text("utf-8"))

    def files(self) -> dict[str, bytes]:
        """Every file in the public and in the delivered folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for folder in (self.public, self.folder / "www")
            for path in folder.rglob("*")
            if path.is_file()
        }

    def has(self, *words: str) -> bool:
        """Whether one of the words stands in anything public."""
        told = everything(self.files())
        return any(word in told for word in words)

    def pictures(self) -> list[str]:
        return sorted(name for name in self.files() if name.endswith(".jpg"))


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories")
    group = Peers(folder, {**ROWS, "stories": STORIES}, CONFIG)
    (folder / "www").mkdir()
    (folder / "photos").mkdir()
    (folder / "photos" / "secret-name.jpg").write_bytes(saved("JPEG"))
    group.sync("--yes")
    group.expect("monthly", "--month", "2026-10", "--send", *ON)
    return folder


def at(folder: Path) -> Peers:
    """The group in a folder that is there."""
    peers = Peers.__new__(Peers)
    peers.folder, peers.path = folder, folder / "plan.xlsx"
    peers.config = folder / "budgettrack.toml"
    return peers


@pytest.fixture(scope="module")
def peers(october: Path) -> Peers:
    """The group as it was published. No test changes it."""
    return at(october)


@pytest.fixture
def own(october: Path, tmp_path: Path) -> Peers:
    """A copy of the group, for one test."""
    shutil.copytree(october, tmp_path / "own")
    return at(tmp_path / "own")


def texts(page: html.HtmlElement, section: str) -> list[str]:
    (part,) = page.xpath(f"//section[@id='{section}']")
    return ["".join(map(str, each.itertext())).strip() for each in part.iter("h2", "h3", "p")]


# ---- what is told


def test_a_story_opens_the_page_of_its_month_and_stands_on_no_other(peers: Peers) -> None:
    told = texts(peers.page("2026-10.html"), "did")

    first = told.index("PIER-TITLE")
    assert told[first : first + 3] == ["PIER-TITLE", "PIER-ONE.", "PIER-TWO."]
    assert "OLDER-WORDS." in texts(peers.page("2026-09.html"), "did")
    assert "OLDER-WORDS." not in told
    assert "PIER" not in (peers.public / "2026-08.html").read_text("utf-8")


def test_its_picture_has_its_words_two_sizes_and_room_before_it_is_there(peers: Peers) -> None:
    (picture,) = peers.page("2026-10.html").xpath("//img[@class='picture']")
    sources = [source.split() for source in picture.get("srcset").split(", ")]

    assert picture.get("alt") == "PIER-SHOWN."
    assert [width for _, width in sources] == ["480w", "960w"]
    assert (picture.get("width"), picture.get("height")) == ("960", "640")
    for path, width in sources:
        shown = Image.open(io.BytesIO((peers.public / path).read_bytes()))
        assert f"{shown.width}w" == width


def test_the_index_has_the_newest_story_and_the_way_to_it(peers: Peers) -> None:
    page = peers.page("index.html")

    assert texts(page, "story") == ["Our newest story", "LOST-TITLE", "LOST-WORDS."]
    assert [link.get("href") for link in page.xpath("//section[@id='story']//a")] == [
        "2026-10.html#did"
    ]


def test_feed_and_mail_say_it_in_words(peers: Peers) -> None:
    feed = etree.parse(peers.public / "feed.xml").getroot()
    summaries = [each.text or "" for each in feed.iter("{*}summary")]

    assert "PIER-TITLE: PIER-ONE. PIER-TWO." in summaries[0]
    assert "OLDER-TITLE: OLDER-WORDS." in summaries[1]


def test_the_report_of_the_year_has_words_and_picture_also_on_paper(peers: Peers) -> None:
    paper = (peers.public / "year-2026.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        drawn = [image for page in pdf.pages for image in page.get_images().values()]

    assert texts(peers.page("year-2026.html"), "stories")[:4] == [
        "Stories",
        "OLDER-TITLE",
        "OLDER-WORDS.",
        "PIER-TITLE",
    ]
    assert [int(image.Width) for image in drawn] == [960]
    assert "PIER-SHOWN." in everything({"year.pdf": paper})


# ---- what is not


def test_without_consent_publish_or_with_a_personal_detail_nothing_is_told(peers: Peers) -> None:
    assert not peers.has(*(f"HIDDEN-{number}" for number in range(1, 11)), "912 345 678")
    assert peers.has("BARE-WORDS.")


def test_the_name_place_camera_and_time_of_a_picture_are_in_no_byte_that_is_published(
    peers: Peers,
) -> None:
    source = (peers.folder / "photos" / "secret-name.jpg").read_bytes()
    assert all(mark in source.decode("latin-1") for mark in MARKS if mark != "PLANTED-COMMENT")

    assert len(peers.pictures()) == 4  # two sizes, here and in the delivered folder
    assert not peers.has(*MARKS, "secret-name", "not-there.jpg", "Exif", "photos")


def test_a_picture_without_words_or_without_its_file_leaves_its_story(peers: Peers) -> None:
    page = peers.page("2026-10.html")

    assert {"BARE-WORDS.", "LOST-WORDS."} <= set(texts(page, "did"))
    assert len(page.xpath("//img")) == 1
    assert not peers.has("LOST-SHOWN")


def test_each_is_found_at_its_cell_and_personal_details_come_first(peers: Peers) -> None:
    codes = [each for each in peers.codes() if "Stories" in each[0]]

    assert codes == [
        ("'Stories'!D6", "personal-detail-published"),
        ("'Stories'!G4", "story-without-consent"),
        ("'Stories'!G7", "story-without-consent"),
        ("'Stories'!G7", "date-out-of-range"),
        ("'Stories'!F8", "story-picture-without-words"),
        ("'Stories'!E9", "story-picture-missing"),
    ]


# ---- taking back


def gone(peers: Peers) -> bool:
    return (
        not peers.has("PIER-TITLE", "PIER-ONE", "PIER-TWO", "PIER-SHOWN") and not peers.pictures()
    )


def test_one_command_takes_a_story_off_every_page_and_the_delivered_folder(own: Peers) -> None:
    told = own.expect("withdraw", "story", "st-2")

    assert "The story ST-2 is withdrawn." in told.output
    assert "Its Publish is no." in told.output
    assert gone(own)
    assert own.has("OLDER-WORDS.")
    own.sync()
    assert own.cell("Stories", "H3") == "no"
    own.set("Stories", "H3", "yes")
    own.sync()
    own.expect("report", "transparency", *ON)
    assert gone(own), "a yes in the cell undoes no withdrawal"
    assert ("'Stories'!H3", "story-withdrawn") in own.codes()

    own.expect("withdraw", "story", "ST-2", "--undo")
    assert not gone(own)
    assert len(own.pictures()) == 4


def test_a_withdrawn_story_whose_id_is_cleared_or_changed_stays_withdrawn(own: Peers) -> None:
    own.expect("withdraw", "story", "ST-2")
    for typed in ("", "ST-77"):
        own.set("Stories", "A3", typed)
        own.set("Stories", "H3", "yes")
        own.sync()
        own.expect("report", "transparency", *ON)
        assert gone(own), typed


def test_the_end_of_a_withdrawal_publishes_nothing_that_was_not_public(own: Peers) -> None:
    own.set("Stories", "H3", "no")
    own.sync()
    own.expect("report", "transparency", *ON)
    own.expect("monthly", "--send", *ON)
    assert gone(own)
    own.expect("withdraw", "story", "ST-2")
    told = own.expect("withdraw", "story", "ST-2", "--undo")

    assert "The story ST-2 is no longer withdrawn. It is public once its row says so." in (
        told.output
    )
    assert gone(own)
    own.sync()
    assert own.cell("Stories", "H3") == "no"


def test_consent_that_is_cleared_takes_it_off_with_the_next_run(own: Peers) -> None:
    own.set("Stories", "G3", "")
    own.sync()
    own.expect("report", "transparency", *ON)
    assert not (own.public / "pictures").exists()
    own.expect("monthly", "--send", *ON)

    assert gone(own)
    assert own.has("OLDER-WORDS.")


@pytest.mark.parametrize("what", ["story", "title", "shows"])
def test_words_that_were_typed_over_are_gone_with_the_next_run(own: Peers, what: str) -> None:
    cell, old = {
        "story": ("D3", "PIER-ONE"),
        "title": ("C3", "PIER-TITLE"),
        "shows": ("F3", "PIER-SHOWN"),
    }[what]
    own.set("Stories", cell, "Better words.")
    own.sync()
    own.expect("monthly", "--send", *ON)

    assert not own.has(old)
    assert own.has("Better words.")


def test_redacting_reaches_the_words_and_the_picture(own: Peers) -> None:
    own.expect("redact", "ST-2.story", "--yes", *ON)
    own.expect("monthly", "--send", *ON)

    assert gone(own), "half a story is none"
    assert b"PIER-ONE" not in (own.folder / "register.sqlite").read_bytes()


def test_stopping_everything_leaves_no_picture(own: Peers) -> None:
    own.expect("unpublish")

    assert own.pictures() == []
    assert not (own.public / "pictures").exists()
    own.expect("republish")
    assert len(own.pictures()) == 4


def test_a_picture_that_is_taken_out_of_the_folder_goes_with_the_next_report(own: Peers) -> None:
    (own.folder / "photos" / "secret-name.jpg").unlink()
    own.expect("report", "transparency", *ON)

    assert own.has("PIER-ONE.")
    assert not (own.public / "pictures").exists()


def test_another_picture_under_the_same_name_is_published_where_nothing_else_has_changed(
    own: Peers,
) -> None:
    before = {Path(name).name for name in own.pictures()}
    for kind in ("JPEG", "PNG"):
        (own.folder / "photos" / "secret-name.jpg").write_bytes(saved(kind))
        with open_group(load(own.config), date(2026, 11, 2)) as group:
            reports(group, "2026-10", group.config.reports)

    after = {path.name for path in (own.public / "pictures").iterdir()}
    assert len(after) == 2
    assert not after & before


# ---- the folder


@pytest.mark.parametrize("folder", ["reports/public", "reports/public/pictures", "www/pictures"])
def test_the_folder_is_none_that_others_can_read(own: Peers, folder: str) -> None:
    own.config.write_text(CONFIG.replace('"photos"', f'"{folder}"'))
    refused = own.run("status", *ON)

    assert refused.exit_code == 1
    assert (
        "budgettrack.toml, line 5, reports.pictures: Everybody can read this folder, and the pictures in"
        " it tell where and when they were taken. Name another one. The program puts pictures made"
        " anew into the public folder by itself." in " ".join(refused.stderr.split())
    )


def test_the_pictures_that_stories_name_are_in_a_backup(own: Peers, tmp_path: Path) -> None:
    (own.folder / "photos" / "private.jpg").write_bytes(saved("JPEG"))
    told = own.expect("backup", str(tmp_path / "all.tar.gz"), "--unencrypted")

    assert "pictures/secret-name.jpg" in told.output
    assert "private.jpg" not in told.output


def test_a_workbook_of_before_gets_the_tab(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    group.edit(lambda book: book.remove(book["Stories"]))
    group.sync("--yes")
    told = group.run("init", "--add-tabs")

    assert "Added the tab Stories." in told.output
    headings = [cell.value for cell in openpyxl.load_workbook(group.path)["Stories"][1]]
    assert headings == [
        "ID", "Month", "Title", "Story (published)", "Picture", "Picture shows (published)", "Consent on", "Publish",
    ]  # fmt: skip
