"""A type's name stands for one thing in the whole package."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "budgettrack"
EXCEPTIONS: dict[str, str] = {}
"""Names that may stand for more than one thing, each with its reason; three at most."""


def types_of(text: str) -> list[str]:
    """The public types of a module: classes, and names for types such as `Severity = Literal[...]`."""
    names = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                names.append(target.id)
    return [name for name in names if not name.startswith("_")]


def shared(modules: dict[str, str]) -> dict[str, list[str]]:
    """The names that several modules define, with those modules."""
    homes = defaultdict(list)
    for module, text in modules.items():
        for name in types_of(text):
            homes[name].append(module)
    return {name: found for name, found in homes.items() if len(found) > 1}


@pytest.mark.slow
def test_a_types_name_is_unique_in_the_package() -> None:
    modules = {
        str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")
    }

    assert {name: found for name, found in shared(modules).items() if name not in EXCEPTIONS} == {}
    assert len(EXCEPTIONS) <= 3


def test_a_class_and_a_name_for_a_type_are_seen() -> None:
    assert shared({"a": "class Row: ...", "b": "Row = dict[str, str]", "c": "class Line: ..."}) == {
        "Row": ["a", "b"]
    }
