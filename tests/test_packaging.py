"""The wheel alone, installed in an empty environment and run from another folder, does the whole
demo."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")

pytestmark = pytest.mark.skipif(
    UV is None, reason="uv, by which the wheel is built and installed, is not here"
)


def uv(*words: str, **env: str) -> None:
    assert UV
    done = subprocess.run(
        [UV, *words], capture_output=True, text=True, check=False, env={**os.environ, **env}
    )
    assert done.returncode == 0, done.stderr


def test_the_wheel_carries_all_that_the_demo_needs(tmp_path: Path) -> None:
    uv("build", "--quiet", "--wheel", "--out-dir", str(tmp_path / "dist"), str(ROOT))
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {
        f"budgettrack/templates/{path.name}"
        for path in (ROOT / "templates").iterdir()
        if path.is_file()
    }
    assert templates <= names
    assert "budgettrack/setup/presets/startup.toml" in names
    assert "budgettrack/py.typed" in names
    assert any(name.endswith("/share/man/man1/budgettrack.1") for name in names)
    assert not any(name.startswith("tests/") for name in names)

    uv("venv", "--quiet", "--python", sys.executable, str(tmp_path / "empty"))
    python = tmp_path / "empty" / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", str(python), str(wheel))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [python.parent / "budgettrack", "demo", "month"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(elsewhere)},
    )

    assert done.returncode == 0, done.stderr
    assert (elsewhere / "month" / "plan.xlsx").is_file()
    assert list((elsewhere / "month" / "reports" / "public").glob("*.html"))
    where = subprocess.run([python, "-c", "import budgettrack; print(budgettrack.__file__)"], capture_output=True, text=True, check=True, cwd=elsewhere)  # fmt: skip
    assert str(tmp_path / "empty") in where.stdout
