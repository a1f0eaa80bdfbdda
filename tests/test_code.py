"""The rules of the house that no linter knows, held over the package's own code."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from budgettrack.reports.base.branding import folders

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "budgettrack").rglob("*.py"))

Rule = Callable[[ast.AST], str | None]
"""What is wrong with a node, or None."""


def nested_conditional(node: ast.AST) -> str | None:
    if not isinstance(node, ast.IfExp):
        return None
    within = (each for part in ast.iter_child_nodes(node) for each in ast.walk(part))
    if any(isinstance(each, ast.IfExp) for each in within):
        return "a conditional expression stands within another: write if and else, or a function"
    return None


def unsaid_none(node: ast.AST) -> str | None:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    words = ast.get_docstring(node)
    if words is None or "None" in words or not _may_return_none(node.returns):
        return None
    return f"{node.name} may return None, and its docstring does not say when"


def _may_return_none(annotation: ast.expr | None) -> bool:
    """Whether None is one of the alternatives of `X | None`."""
    if isinstance(annotation, ast.BinOp):
        return any(map(_is_none, (annotation.left, annotation.right))) or _may_return_none(
            annotation.left
        )
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def csv_elsewhere(node: ast.AST) -> str | None:
    written = isinstance(node, ast.Attribute) and (
        node.attr in ("DictWriter", "to_csv")
        or (node.attr == "writer" and ast.unparse(node) == "csv.writer")
    )
    hidden = (isinstance(node, ast.ImportFrom) and node.module == "csv") or (
        isinstance(node, ast.alias) and node.name == "csv" and node.asname
    )
    if written or hidden:
        return "CSV may be written here: use csv_text, which guards against formulas"
    return None


@cache
def nodes(source: str) -> list[ast.AST]:
    """A source, parsed and walked once for all rules."""
    return list(ast.walk(ast.parse(source)))


def broken(rule: Rule, source: str) -> Iterator[str]:
    """Every place in a source where a rule is broken, as `12: why`."""
    if rule in WORDS and not any(word in source for word in WORDS[rule]):
        return
    for node in nodes(source):
        why = rule(node)
        if why is not None:
            yield f"{getattr(node, 'lineno', 0)}: {why}"


@pytest.mark.slow
@pytest.mark.parametrize("rule", [nested_conditional, unsaid_none])
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    places = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in FILES
        for place in broken(rule, path.read_text("utf-8"))
    ]
    assert places == []


@pytest.mark.slow
def test_every_csv_goes_through_the_guard_against_formulas() -> None:
    home = ROOT / "budgettrack/core/base/csv_text.py"
    places = {path for path in FILES if any(broken(csv_elsewhere, path.read_text("utf-8")))}

    assert places == {home}


MAKES_A_TEMPLATE = ("from_string", "Template", "Environment", "FileSystemLoader", "get_template")


def foreign_template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr in MAKES_A_TEMPLATE:
        return "a template is made here: only our own files may be templates"
    return None


WORDS: dict[Rule, tuple[str, ...]] = {
    csv_elsewhere: ("csv", "DictWriter"),
    foreign_template: MAKES_A_TEMPLATE,
}
"""Rules about names, each with the names: a source that has none of them keeps the rule."""


@pytest.mark.slow
def test_only_our_own_files_are_templates() -> None:
    places = {path for path in FILES if any(broken(foreign_template, path.read_text("utf-8")))}

    assert places == {ROOT / "budgettrack/reports/base/render.py"}
    assert folders() == (ROOT / "budgettrack/templates", ROOT / "templates")


@pytest.mark.parametrize(
    ("rule", "source", "lines"),
    [
        (foreign_template, "jinja2.Environment().from_string(cell)", ["1", "1"]),
        (csv_elsewhere, "import csv\ncsv.reader(f)", []),
        (csv_elsewhere, "import csv\ncsv.writer(f)", ["2"]),
        (csv_elsewhere, "import csv as c\nw = c.DictWriter", ["1", "2"]),
        (csv_elsewhere, "register.writer()", []),
        (csv_elsewhere, "from csv import writer", ["1"]),
        (csv_elsewhere, "frame(rows).to_csv()", ["1"]),
        (nested_conditional, "a = 1 if b else 2", []),
        (nested_conditional, "a = 1 if b else 2 if c else 3", ["1"]),
        (nested_conditional, "a = 0\nb = 1 if (2 if c else d) else 3", ["2"]),
        (nested_conditional, "a = [1 if b else 2 for b in c] if d else 3", ["1"]),
        (unsaid_none, 'def f() -> int | None:\n    """A number."""', ["1"]),
        (unsaid_none, 'def f() -> str | int | None:\n    """A thing."""', ["1"]),
        (unsaid_none, 'def f() -> None | int:\n    """A number."""', ["1"]),
        (unsaid_none, 'def f() -> int | None:\n    """A number. Returns None if unknown."""', []),
        (unsaid_none, "def f() -> int | None:\n    return 1", []),
        (unsaid_none, 'def f() -> list[int | None]:\n    """Numbers."""', []),
        (unsaid_none, 'def f() -> int:\n    """A number."""', []),
    ],
)
def test_a_rule_sees_what_breaks_it_and_nothing_else(
    rule: Rule, source: str, lines: list[str]
) -> None:
    assert [place.split(":")[0] for place in broken(rule, source)] == lines


def test_every_contract_about_imports_is_exhaustive() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]

    layers = [contract for contract in contracts if contract["type"] == "layers"]
    assert {contract["containers"][0] for contract in layers} >= {
        "budgettrack",
        "budgettrack.core",
        "budgettrack.register",
    }
    assert all(contract["exhaustive"] is True for contract in layers)
    for contract in contracts:
        assert (
            not {
                "ignore_imports",
                "exhaustive_ignores",
                "allow_indirect_imports",
            }
            & contract.keys()
        )


def test_a_public_view_may_import_no_record_no_figure_and_no_part_of_a_batch() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (rule,) = [
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith("A public view")
    ]

    assert rule["source_modules"] == [
        "budgettrack.core.views.public",
        "budgettrack.core.views.public_types",
    ]
    assert {"budgettrack.core.records", "budgettrack.core.figures"} <= set(
        rule["forbidden_modules"]
    )
    assert "budgettrack.core.sealing.batches" in rule["forbidden_modules"]
