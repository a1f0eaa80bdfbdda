"""The faults that `make mutants` puts into the program, and its score of a small program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mutants.__main__ import drawn_mutants
from mutants.operators import Mutant, mutants_of

ROOT = Path(__file__).parents[1]


def faults(text: str, operator: str) -> list[str]:
    """The texts that an operator makes of one."""
    source = text.encode()
    found = [mutant for mutant in mutants_of("a.py", source) if mutant.operator == operator]
    return sorted(mutant.applied(source).decode() for mutant in found)


@pytest.mark.parametrize(
    ("operator", "text", "wanted"),
    [
        ("and-or", "x = a and b", ["x = (a or b)"]),
        ("drop-condition", "x = a and b", ["x = (b)", "x = (a)"]),
        ("drop-not", "x = not a", ["x = (a)"]),
        ("negate", "if a:\n    b()", ["if (not (a)):\n    b()"]),
        ("negate", "x = b if a else c", ["x = b if (not (a)) else c"]),
        ("negate", "if not a:\n    b()", []),
        ("arithmetic", "x = a * b", ["x = (a / b)"]),
        ("arithmetic", "x = -a[1]", ["x = (a[1])"]),
        ("arithmetic", "x = a + 'b'", []),
        ("boundary", "x = a < b <= c", ["x = (a <= b <= c)", "x = (a < b < c)"]),
        ("min-max", "x = min(a, b)", ["x = (max(a, b))"]),
        ("constant", "x = f(30)", ["x = f((31))", "x = f((29))"]),
        ("constant", "x = True", ["x = (False)"]),
        ("drop-filter", "x = [a for a in b if a]", ["x = [a for a in b if (True)]"]),
        ("drop-key", "x = {'a': b, 'c': d}", ["x = ({'c': d})", "x = ({'a': b})"]),
        ("drop-call", "x = sorted(a, key=b)", ["x = (list(a))"]),
        ("drop-call", "x = a.casefold()", ["x = (a)"]),
        ("drop-jump", "for a in b:\n    continue", ["for a in b:\n    pass"]),
        ("drop-raise", "raise a", ["pass"]),
        ("drop-statement", "a.append(b)", ["pass"]),
        ("drop-statement", "a.b = c", ["pass"]),
        ("drop-statement", "a += b", ["pass"]),
        ("drop-statement", "a = b", []),
    ],
)
def test_an_operator_makes_its_faults(operator: str, text: str, wanted: list[str]) -> None:
    assert faults(text, operator) == sorted(wanted)


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring."""',
        "def a(b: c | None) -> d | None: ...",
        "x: dict[str, 1] = a",
        "if TYPE_CHECKING:\n    import a",
        "from a import b",
    ],
)
def test_what_never_runs_has_no_fault(text: str) -> None:
    assert mutants_of("a.py", text.encode()) == []


def test_signs_of_several_bytes_before_a_place_do_not_shift_it() -> None:
    assert faults("x = 'é€', a and b", "and-or") == ["x = 'é€', (a or b)"]


def test_a_mutant_is_known_by_its_function_and_texts_wherever_its_line_stands() -> None:
    text = "class A:\n    def b(self):\n        return 1\n"
    (_, before) = mutants_of("a.py", text.encode())
    (_, after) = mutants_of("a.py", b"\n\n" + text.encode())

    assert before.key == after.key == ("a.py", "A.b", "constant", "1", "2")
    assert (before.line, after.line) == (3, 5)


def test_a_name_of_the_module_is_noticed_where_it_is_used() -> None:
    source = b"LIMIT = 5\n\ndef a():\n    return LIMIT\n"
    first: Mutant = mutants_of("a.py", source)[0]

    assert (first.function, first.names) == ("", ("LIMIT",))


def test_a_default_is_noticed_where_its_function_begins() -> None:
    source = b'def a(b=5):\n    """Adds."""\n    return b + c\n'
    first = mutants_of("a.py", source)[0]

    assert (first.operator, first.original, first.lines) == ("constant", "5", (1, 3))


PROGRAM = """\
LIMIT = 5

def is_many(number):
    return number > LIMIT

def is_few(number):
    return number < 2

def unseen(number):
    return number < 3
"""
TESTS = """\
import subprocess
import sys

from budgettrack.core.small import is_many

def test_many():
    assert is_many(6)
    assert not is_many(5)

def test_few_in_a_process_of_its_own():
    code = "from budgettrack.core.small import is_few; assert is_few(1)"
    subprocess.run([sys.executable, "-c", code], check=True)
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A work tree with a small program and its tests."""
    shutil.copytree(ROOT / "mutants", tmp_path / "mutants")
    reason = "budgettrack/core/small.py\tis_few\tconstant\t2\t3\tNobody has two.\n"
    with (tmp_path / "mutants" / "equivalents.tsv").open("a") as file:
        file.write(reason)
    for name, text in (("budgettrack/core/small.py", PROGRAM), ("tests/test_small.py", TESTS)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).with_name("__init__.py").write_text("")
    (tmp_path / "budgettrack" / "__init__.py").write_text("")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def tried(root: Path, *options: str) -> tuple[set[tuple[str, str, str, str]], list[str]]:
    """What is told of each mutant (state, place, operator, original), and of the score."""
    run = subprocess.run(
        [sys.executable, "-m", "mutants", "1", *options],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split("\t") for line in run.stdout.splitlines()]
    return {(row[0], row[1], row[3], row[4]) for row in rows if len(row) > 6}, [
        row[0] for row in rows if "drawn, " in row[0]
    ]


@pytest.mark.slow
def test_the_score_counts_what_tests_notice_and_names_what_they_do_not(small: Path) -> None:
    # Every place is drawn; one of the two faults that a number has, by the seed.
    told, score = tried(small)

    assert ("killed", "budgettrack/core/small.py:4", "boundary", "number > LIMIT") in told
    assert ("killed", "budgettrack/core/small.py:1", "constant", "5") in told
    assert ("SURVIVES", "budgettrack/core/small.py:7", "boundary", "number < 2") in told
    assert ("SURVIVES", "budgettrack/core/small.py:10", "boundary", "number < 3") in told
    words = (
        "6 drawn, 0 equivalent, 3 killed, 3 not: score 50.0 %",
        "6 drawn, 1 equivalent, 2 killed, 3 not: score 40.0 %",
    )
    assert score in [[f"core: {each}", f"all: {each}"] for each in words]
    assert (small / "budgettrack/core/small.py").read_text() == PROGRAM


@pytest.mark.slow
def test_the_parts_of_a_seed_are_the_whole_and_what_was_killed_is_remembered(small: Path) -> None:
    first, _ = tried(small, "--last", "4")
    rest, _ = tried(small, "--first", "5")
    # The tests run the same lines and demand nothing: who was killed is known from before.
    tests = small / "tests/test_small.py"
    tests.write_text(TESTS.replace("    assert ", "    "))
    remembered, _ = tried(small)
    tests.write_text(TESTS.replace("    assert ", "    ").replace("test_many", "test_most"))
    renamed, _ = tried(small)

    assert (len(first), len(rest)) == (4, 2)
    assert remembered == first | rest
    assert "killed" in {state for state, *_ in first}
    assert {state for state, *_ in renamed} <= {"SURVIVES", "equivalent"}


def test_a_changed_file_leaves_the_draw_of_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "budgettrack" / "core"
    folder.mkdir(parents=True)
    for name in "abc":
        (folder / f"{name}.py").write_text("x = 1, 2, 3, 4, 5, 6\ny = a and b\n")
    before = drawn_mutants(tmp_path, 7, 24)
    (folder / "b.py").write_text("x = 8\n")
    after = drawn_mutants(tmp_path, 7, 24)

    assert len(before) == 24
    assert [each for each in before if not each.file.endswith("b.py")] == [
        each for each in after if not each.file.endswith("b.py")
    ]
    assert before != drawn_mutants(tmp_path, 8, 24)
