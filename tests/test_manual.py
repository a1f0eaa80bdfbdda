"""The manual as readers get it: the site, its pictures, and the man page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from lxml import html

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGE = DOCS / "budgettrack.1"


@pytest.mark.slow
def test_the_site_builds_without_a_dead_link_and_has_every_page(docs_site: Path) -> None:
    assert {path.stem for path in docs_site.glob("*.html")} - {"404", "search"} == {
        "changelog",
        *(path.stem for path in DOCS.glob("*.md")),
    }
    assert not [*docs_site.rglob("*.py"), *docs_site.rglob("*.1")]


def test_every_page_is_in_the_nav_under_its_reader() -> None:
    begin, *groups = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    pages = [
        page
        for group in groups
        for part in group.values()
        for each in part
        for page in each.values()
    ]

    assert sorted([*begin.values(), *pages]) == sorted(
        ["changelog.md", "decisions/README.md", *(path.name for path in DOCS.glob("*.md"))]
    )
    assert [title for group in groups for title in group] == [
        "For the treasurer",
        "For coordinators",
        "For partners and funders",
        "For operators",
        "For programmers",
        "Reference",
    ]


def test_the_site_loads_nothing_from_another_host(docs_site: Path) -> None:
    asked = [
        f"{path.name}: {url}"
        for path in docs_site.rglob("*.html")
        for element, _, url, _ in html.iterlinks(path.read_text("utf-8"))
        if element.tag not in ("a", "form") and urlsplit(url).netloc
    ]
    asked += [
        f"{path.name}: {url}"
        for path in docs_site.rglob("*.css")
        for url in re.findall(r"""(?:url\(|@import)\s*["']?([^"')]+)""", path.read_text("utf-8"))
        if urlsplit(url).netloc
    ]

    assert not asked


def test_every_picture_is_there_small_and_described() -> None:
    shown = set()
    for path in DOCS.glob("*.md"):
        for words, target in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", path.read_text("utf-8")):
            assert len(words) > 20, (
                f"{path.name}: {target} has no words for those who cannot see it"
            )
            assert (DOCS / target).stat().st_size < 130_000, target
            shown.add(DOCS / target)

    assert shown == set((DOCS / "pictures").iterdir())


def test_the_man_page_reads_without_a_warning() -> None:
    programs = {
        "man": ["man", "--warnings=w", "--encoding=UTF-8", "-l"],
        "groff": ["groff", "-ww", "-man", "-Tutf8", "-k", "-z"],
        "mandoc": ["mandoc", "-T", "lint", "-W", "style"],
    }
    there = {name: words for name, words in programs.items() if shutil.which(name)}
    if not there:
        pytest.skip("neither man, groff nor mandoc is here to read it")
    for name, words in there.items():
        done = subprocess.run([*words, str(PAGE)], capture_output=True, text=True, check=False)
        # A date would have to be changed with no reason but the day.
        said = [
            line
            for line in (done.stderr + done.stdout * (name == "mandoc")).splitlines()
            if "missing date" not in line
        ]
        assert not said, f"{name}: {said[:5]}"
        if name == "man":
            assert "deliveries retry" in done.stdout


def test_no_object_of_a_library_is_printed_as_a_default() -> None:
    for path in (PAGE, DOCS / "commands.md", DOCS / "configuration.md"):
        assert not re.search(r"Sentinel|UNSET|<\w+ object| at 0x", path.read_text("utf-8")), path
