"""The auditor shares no code with what it audits."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DRIVER = "driving.py"
"""It alone runs the program, by its command line, and audits nothing."""


def imports(source: str) -> set[str]:
    """The modules that a source imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def of_the_package(source: str) -> set[str]:
    return {name for name in imports(source) if name.partition(".")[0] == "budgettrack"}


def reached(module: str) -> set[str]:
    """The modules of the auditor that a module needs, itself among them."""
    names, todo = set[str](), [module]
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            source = (HERE / name).read_text("utf-8")
            todo += [
                f"{found.rpartition('.')[2]}.py"
                for found in imports(source)
                if found.startswith("tests.auditor.")
            ]
    return names


def test_auditing_needs_nothing_of_the_package() -> None:
    modules = reached("auditing.py")

    assert modules == {"auditing.py", "law.py", "marking.py", "reading.py", "truth.py"}
    for name in sorted(modules):
        assert of_the_package((HERE / name).read_text("utf-8")) == set(), name


def test_the_driver_runs_the_command_line_and_nothing_else() -> None:
    assert of_the_package((HERE / DRIVER).read_text("utf-8")) == {"budgettrack.cli"}


@pytest.mark.parametrize(
    "source",
    [
        "import budgettrack",
        "def f():\n    from budgettrack.core import views",
        "import budgettrack.cli as c",
    ],
)
def test_an_import_of_the_package_is_seen(source: str) -> None:
    assert of_the_package(source)
