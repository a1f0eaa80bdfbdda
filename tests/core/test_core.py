"""Every module of the core has its tests, in a file of its name in the folder of its name."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
CORE = TESTS.parents[1] / "budgettrack" / "core"

TESTED_WITH = {
    "base/catalogue/code": "test_docs",
    "base/catalogue/config": "test_docs",
    "base/catalogue/doctor": "test_docs",
    "base/catalogue/drafts": "core/views/test_funder",
    "base/catalogue/open_data": "test_docs",
    "base/catalogue/plan": "core/checks/test_money",
    "base/catalogue/profiles": "core/figures/test_profile",
    "base/names_in_languages": "core/base/test_sheet_words",
    "sealing/batches": "core/sealing/test_seal",
    "sealing/public": "core/sealing/test_public_batches",
    "views/funder_types": "core/views/test_funder",
    "views/public_types": "core/views/test_public",
}  # fmt: skip
"""Modules without a test file of their own name, with the file that holds them. All of them hold only
data (the catalogue of findings) or only types, which do nothing by themselves."""


def modules() -> set[str]:
    """Every module of the core, such as `figures/positions`."""
    paths = (path.relative_to(CORE).with_suffix("") for path in CORE.rglob("*.py"))
    return {path.as_posix() for path in paths if path.name != "__init__"}


def has_own(module: str) -> bool:
    folder, _, name = module.rpartition("/")
    return (TESTS / folder / f"test_{name}.py").exists()


def test_every_module_has_its_test_file() -> None:
    assert {module for module in modules() if not has_own(module)} - TESTED_WITH.keys() == set()


def test_what_is_tested_elsewhere_says_where_and_is_still_there() -> None:
    for module, file in TESTED_WITH.items():
        assert module in modules()
        assert not has_own(module), f"{module} has its own file now; take it off the list"
        assert (TESTS.parent / f"{file}.py").exists()
