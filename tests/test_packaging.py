"""A release: what is in its files; and installed in an empty environment and run from another
folder, it does the whole demo."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from budgettrack.version import __version__

ROOT = Path(__file__).parents[1]
UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        UV is None or shutil.which("make") is None,
        reason="uv and make, by which a release is built and installed, are not here",
    ),
]


def uv(*words: str, folder: Path | None = None) -> None:
    assert UV
    done = subprocess.run([UV, *words], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make release` fills."""
    folder = tmp_path_factory.mktemp("release") / "dist"
    # The environment that runs this test must not be made anew under it.
    made = subprocess.run(
        ["make", "--assume-old=.venv/.ready", "release", f"DIST={folder}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder


def test_the_wheel_carries_templates_man_page_and_licence(release: Path) -> None:
    (wheel,) = release.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = {
        f"budgettrack/templates/{path.name}"
        for path in (ROOT / "templates").iterdir()
        if path.is_file()
    }
    assert templates <= names
    assert "budgettrack/setup/presets/startup.toml" in names
    assert "budgettrack/py.typed" in names
    assert {f"budgettrack/jobs/{path.name}" for path in (ROOT / "jobs").iterdir()} <= names
    assert any(name.endswith("/share/man/man1/budgettrack.1") for name in names)
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {f"budgettrack/{page}" for page in (*pages, "docs/changelog.md")} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_wheel_says_whose_it_is_and_that_no_index_takes_it(release: Path) -> None:
    (wheel,) = release.glob("*.whl")
    content = zipfile.ZipFile(wheel)
    (name,) = [name for name in content.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = email.message_from_bytes(content.read(name))

    assert metadata["License-Expression"] == "MIT"
    assert metadata["Author"] == "The budgettrack authors"
    assert metadata["Version"] == __version__
    assert "Private :: Do Not Upload" in metadata.get_all("Classifier", [])


def test_the_source_archive_carries_all_that_make_needs(release: Path) -> None:
    (archive,) = release.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        inside = {name.partition("/")[2] for name in tar.getnames()}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("this is no checkout, so that nothing says which files belong to it")
    assert set(tracked.stdout.split()) - inside == {".git-blame-ignore-revs"}


def test_a_release_is_installed_by_its_hashes_and_does_the_whole_demo(
    release: Path, tmp_path: Path
) -> None:
    uv("venv", "--quiet", "--python", sys.executable, str(tmp_path / "empty"))
    python = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = ("pip", "install", "--quiet", "--require-hashes", "--python", str(python))
    uv(*install, "--requirements", "requirements.txt", folder=release)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def demo() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python.parent / "budgettrack", "demo", "month"],
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": str(elsewhere)},
        )

    without = demo()
    assert without.returncode == 1
    assert "A PDF needs the extra 'pdf'" in without.stderr
    assert not list(elsewhere.iterdir())
    uv(*install, "--requirements", "requirements-pdf.txt", folder=release)
    done = demo()

    assert done.returncode == 0, done.stderr
    assert (elsewhere / "month" / "plan.xlsx").is_file()
    assert list((elsewhere / "month" / "reports" / "public").glob("*.html"))
    where = subprocess.run(
        [python, "-c", "import budgettrack; print(budgettrack.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=elsewhere,
    )
    assert str(tmp_path / "empty") in where.stdout

    # What few groups need is not there, and says how it is had.
    statement = elsewhere / "month" / "statement.sta"
    statement.write_text(":20:A\n:60F:C\n")

    def imported() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python.parent / "budgettrack", "import", "statement", statement.name],
            cwd=statement.parent,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": str(elsewhere)},
        )

    refused = imported()
    assert refused.returncode == 2
    assert "An MT940 file needs the extra 'bank'" in refused.stderr
    uv(*install, "--requirements", "requirements-bank.txt", folder=release)
    read = imported()
    assert "this is not MT940 that can be read" in read.stderr
