"""The notebook of the library runs from its first cell to its last, and is kept without what a run
leaves in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "library.ipynb"

pytestmark = pytest.mark.filterwarnings("ignore")  # of the programs that run notebooks, not of ours


def kept() -> Any:
    read: Any = nbformat.read  # it has no types
    return read(NOTEBOOK, 4)


def run(notebook: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(folder / name.casefold()))
    (folder / "here").mkdir()
    return NotebookClient(
        notebook, timeout=60, resources={"metadata": {"path": str(folder / "here")}}
    ).execute()


@pytest.mark.slow
def test_every_cell_runs_and_shows_what_it_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(kept(), tmp_path, monkeypatch)
    shown = "".join(str(each) for cell in done.cells for each in cell.get("outputs", ()))
    for words in (
        "variance_percent",
        "EUR, in cents",
        "Send the budget",
        "coordinator",
        "There is no grant G-99",
    ):
        assert words in shown
    assert list((tmp_path / "here").iterdir()) == []


def test_it_is_kept_without_outputs() -> None:
    notebook = kept()
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)
