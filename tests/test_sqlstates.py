"""Every class of errors that PostgreSQL publishes has its words in one table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from budgettrack.register.troubles import CODES, in_words

LIST = Path(__file__).parent / "world" / "sqlstates.txt"
OF_A_SERVER = Path("/usr/share/postgresql")
"""Where Debian keeps PostgreSQL's own list, one for each version that is installed."""
CLASSES = {line[:2]: line[3:] for line in LIST.read_text().splitlines() if not line.startswith("#")}


def test_every_published_class_is_in_the_table() -> None:
    assert len(CLASSES) == 44
    assert {code for code in CLASSES if code not in CODES} == set()


def test_the_list_has_every_class_that_the_driver_knows() -> None:
    codes = pytest.importorskip("psycopg2.errorcodes")
    known = {getattr(codes, name) for name in dir(codes) if name.startswith("CLASS_")}
    assert known == set(CLASSES)


def test_every_code_of_the_table_is_published() -> None:
    codes = pytest.importorskip("psycopg2.errorcodes")
    published = [str(getattr(codes, name)) for name in dir(codes) if name.isupper()]
    ours = [code for code in CODES if not code.startswith("SQLITE")]
    assert [code for code in ours if not any(one.startswith(code) for one in published)] == []


def test_the_list_of_an_installed_server_has_no_other_class() -> None:
    lists = sorted(OF_A_SERVER.glob("*/errcodes.txt"))
    if not lists:
        pytest.skip("no PostgreSQL of a system package is installed")
    for one in lists:
        classes = set(re.findall(r"^Section: Class (..) ", one.read_text(), re.MULTILINE))
        assert classes
        assert classes - set(CLASSES) == set(), one


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("26000", "does not know what was asked before (26000). This happens behind a pooler"),
        ("3B001", "does not know what was asked before (3B001). This happens behind a pooler"),
        ("0LP01", "this user may not read or write there"),
        ("72000", "was changed by another run at the same moment. Try again."),
        ("55000", "is being written to or kept open by another program"),
        ("57000", "somebody who looks after the server stopped what was asked. Try again;"),
        ("57014", "the server broke off what took too long"),
        ("57P01", "the server is stopping, starting or being restarted"),
        ("HV000", "is damaged or was altered by another program"),
        ("01000", "answered in a way that is not understood (01000). Try again."),
    ],
)
def test_a_code_has_the_words_of_its_class_unless_it_has_its_own(code: str, words: str) -> None:
    said = in_words("here", code, "")
    assert said.startswith("The register here")
    assert words in said
