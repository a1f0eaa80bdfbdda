"""How the tests are laid out: what several of them share stands in `tests/world/`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def imports_of_tests(code: ast.Module) -> list[str]:
    """The test files, and conftest, that this code imports from."""
    modules: list[str] = []
    for node in ast.walk(code):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            modules += [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
    return [
        module
        for module in modules
        if any(part == "conftest" or part.startswith("test_") for part in module.split("."))
    ]


def fixtures(code: ast.Module) -> Iterator[str]:
    """The names of the fixtures that this code defines."""
    for node in ast.walk(code):
        if isinstance(node, ast.FunctionDef):
            decorators = {ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list}
            if "pytest.fixture" in decorators:
                yield node.name


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from tests.test_sync import Group", ["tests.test_sync.Group"]),
        ("from tests import test_sync", ["tests.test_sync"]),
        ("import tests.core.test_money", ["tests.core.test_money"]),
        ("def f():\n    from tests.conftest import LONG", ["tests.conftest.LONG"]),
        ("from tests.world.group import Group", []),
    ],
)
def test_an_import_from_a_test_file_is_seen(code: str, expected: list[str]) -> None:
    assert imports_of_tests(ast.parse(code)) == expected


@cache
def parsed() -> dict[Path, ast.Module]:
    """Every file of the tests, parsed once."""
    return {path: ast.parse(path.read_text("utf-8")) for path in TESTS.rglob("*.py")}


@pytest.mark.slow
def test_no_test_imports_from_another_test_file() -> None:
    files = [path for path, code in parsed().items() if imports_of_tests(code)]

    assert files == []


@pytest.mark.slow
def test_a_group_is_built_in_one_place() -> None:
    names = Counter(name for code in parsed().values() for name in fixtures(code))

    assert names["group"] == 1
