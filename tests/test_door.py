"""What a newcomer meets: how to install, how to change it, whom to tell, what runs where."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.cli.program import Program
from budgettrack.version import PROGRAM, __version__

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
WORKFLOWS = [
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    ROOT / "jobs" / "hosted-workflow.yml",
]
OURS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "Makefile")
TO_READ = [
    *(ROOT / name for name in OURS),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "jobs").iterdir()),
    *sorted((ROOT / ".github").rglob("*.*")),
    *sorted((ROOT / ".ci").iterdir()),
]


def tracked() -> list[Path]:
    """The files that belong to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no checkout, so that nothing says which files belong to it")
    return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]


# CONTRIBUTING.md


def walks() -> dict[str, str]:
    """The walks, by heading."""
    return dict(re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", CONTRIBUTING))


def paths(text: str) -> list[str]:
    """What is named as a file or a folder."""
    return re.findall(r"`((?:[\w.-]+/)*[\w.-]+(?:/|\.(?:py|md|toml|txt)))`", text)


def defined(path: Path) -> set[str]:
    """The names that a Python file gives to functions, types and values at its top."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def test_the_walks_are_those_that_people_ask_for() -> None:
    assert list(walks()) == [
        "Set up",
        "Add a test",
        "Add a finding",
        "Add a column",
        "Add a language",
        "Add a profile",
        "Add a setting",
        "Send it",
        "Make a release",
    ]


@pytest.mark.parametrize("walk", walks())
def test_every_file_and_name_in_a_walk_exists(walk: str) -> None:
    files = [ROOT / name for name in paths(walks()[walk])]
    made = ("dist", "requirements.txt", "mutants")  # by `make release` and `make mutants`
    missing = [path for path in files if not path.exists() and path.name not in made]
    assert not missing
    names = set(re.findall(r"`([A-Z]\w+|[a-z_]+)`", walks()[walk]))
    known = {name for path in files if path.suffix == ".py" for name in defined(path)}
    words = {"optional", "personal", "choices", "requirements"}
    assert {name for name in names - words if not name.startswith("test_")} <= known


def test_the_examples_of_names_are_tests_or_say_that_they_are_not() -> None:
    good, bad = re.findall(r"`(test_\w+)`", walks()["Add a test"])
    tests = (ROOT / "tests" / "core" / "figures" / "test_positions.py").read_text("utf-8")
    assert f"def {good}(" in tests
    assert f"def {bad}(" not in tests


def test_the_workflows_are_said_not_to_have_been_run() -> None:
    assert "they have not been run yet" in CONTRIBUTING


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    for path in TO_READ:
        text = path.read_text("utf-8")
        named = re.findall(r"`make ([a-z]+)|(?m:^(?:#|- run:|\s)*make ([a-z]+))", text)
        assert {one or other for one, other in named} <= targets, path.name


# Installing


BY_NAME = re.compile(
    r"(?:pip3?|pipx|uv|uvx|conda|poetry)\b[^\n`]*?\s['\"]?budgettrack(?![./\w-])"
    r"|(?:uvx|pipx run)\s+budgettrack"
)
INDEX = re.compile(r"(?i)\b(?:[\w-]+\.)*(?:pypi\.org|pythonhosted\.org|anaconda\.org)")


@pytest.mark.parametrize(
    "line",
    [
        "pip install budgettrack",
        'pip install "budgettrack[postgresql]"',
        "uv tool install --upgrade budgettrack==0.2",
        "uvx budgettrack demo",
        "pipx run budgettrack",
    ],
)
def test_an_installation_by_name_is_known(line: str) -> None:
    assert BY_NAME.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install ./budgettrack-0.2.0-py3-none-any.whl",
        "pip install --require-hashes -r requirements.txt",
        ".venv/bin/budgettrack --version",
    ],
)
def test_an_installation_from_a_file_is_none_by_name(line: str) -> None:
    assert not BY_NAME.search(line)


@pytest.mark.parametrize("path", TO_READ, ids=lambda path: path.name)
def test_nothing_installs_by_the_name_that_is_not_ours(path: Path) -> None:
    assert not BY_NAME.search(path.read_text("utf-8"))


def test_no_message_of_the_program_installs_by_the_name() -> None:
    for path in (ROOT / "budgettrack").rglob("*.py"):
        # A message is cut over several lines of code.
        text = re.sub(r"\"\s*\n\s*f?\"", "", path.read_text("utf-8"))
        assert not BY_NAME.search(text), path.name


@pytest.mark.slow
def test_no_file_names_the_host_of_a_package_index() -> None:
    for path in tracked():
        if path.suffix not in (".png", ".ipynb"):
            assert not INDEX.search(path.read_text("utf-8", "replace")), path.name


@pytest.mark.skipif(
    not (ROOT / ".venv" / "bin" / "uv").exists() or shutil.which("bash") is None,
    reason="uv and bash, by which the versions are tried, are not here",
)
def test_a_python_that_is_not_here_is_skipped_by_name_and_none_at_all_is_a_failure() -> None:
    done = subprocess.run(
        [ROOT / ".ci" / "versions"],
        env={**os.environ, "PYTHONS": "3.98 3.99"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == (
        "Python 3.98 is not here: skipped\nPython 3.99 is not here: skipped\n"
        "No Python from 3.11 on was found\n"
    )
    assert done.returncode == 1


def test_the_jobs_install_a_release_by_its_hashes() -> None:
    for name in ("hosted-workflow.yml", "Containerfile", "budgettrack.service"):
        text = (ROOT / "jobs" / name).read_text("utf-8")
        installs = re.findall(r"pip install .*", text)
        assert len(installs) == 1, name
        assert "--require-hashes" in installs[0], name
        assert "requirements.txt" in installs[0], name
        # A month makes PDFs. The image gets its extras from an argument.
        extras = re.findall(r'ARG EXTRAS=".*"', text)
        assert "requirements-pdf.txt" in "".join(extras or installs), name


# What runs elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_holds_against_the_schema(path: Path) -> None:
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.github-workflows", str(path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_little_and_takes_each_action_by_its_hash(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    uses = re.findall(r"uses: (.*)", path.read_text("utf-8"))

    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert "contents" not in job["permissions"] or job["permissions"]["contents"] == "read"
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_all_tests_run_on_linux_and_the_quick_ones_elsewhere() -> None:
    jobs = yaml.safe_load(WORKFLOWS[0].read_text("utf-8"))["jobs"]

    assert jobs["everything"]["runs-on"].startswith("ubuntu-")
    assert jobs["everything"]["steps"][-1]["run"].endswith(".ci/run")
    assert [
        system.partition("-")[0] for system in jobs["quick"]["strategy"]["matrix"]["system"]
    ] == [
        "macos",
        "windows",
    ]
    assert jobs["quick"]["steps"][-1]["run"].startswith("make quick")


def test_before_a_commit_runs_what_lint_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]
    lint = re.search(r"(?m)^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"))
    assert lint
    ran = {line.strip().replace("$(BIN)", ".venv/bin") for line in lint[1].splitlines()}
    for hook in hooks["hooks"]:
        # make gives the folder; pre-commit gives the files.
        assert {hook["entry"], f"{hook['entry']} ."} & ran, hook["id"]
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# The README, the changelog and the names


def test_the_readme_lists_the_commands_in_the_sections_of_the_help() -> None:
    assert isinstance(main, Program)
    table = re.search(r"(?ms)^## The commands\n(.*?)^## ", README)
    assert table
    listed = {
        title: [
            " ".join(
                word for word in line.split() if word.islower() or word.isdigit() or "g" in word
            )
            for line in re.findall(r"(?m)^\| `budgettrack ([^`]+)` \|", body)
        ]
        for title, body in re.findall(r"(?ms)^### ([^\n]+)\n(.*?)(?=^### |\Z)", table[1])
    }
    sections = main.sections()

    assert list(listed) == list(sections)
    for title, commands in sections.items():
        for name in commands:
            assert any(f"{line} ".startswith(f"{name} ") for line in listed[title]), name
        for line in listed[title]:
            assert any(f"{line} ".startswith(f"{name} ") for name in commands), line


def test_the_changelog_has_its_form_and_the_version_is_later_than_its_last() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *versions = re.findall(r"(?m)^## (.*)$", changelog)
    kinds = set(re.findall(r"(?m)^### (.*)$", changelog))

    assert first == "Unreleased"
    for title in versions:
        assert re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", title)
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    numbers = [tuple(map(int, re.findall(r"\d+", title.split()[0]))) for title in versions]
    assert numbers == sorted(numbers, reverse=True)
    assert tuple(map(int, __version__.split(".")[:3])) >= numbers[0]
    entries = re.findall(r"(?m)^- (.*)$", changelog)
    assert {entry for entry in entries if entries.count(entry) > 1} == set(), "stands twice"


def test_prompt_manual_reports_and_data_have_the_same_version() -> None:
    shown = CliRunner().invoke(main, ["--version"]).output
    manual = (ROOT / "docs" / "budgettrack.1").read_text("utf-8").splitlines()[1]

    assert shown == f"budgettrack, version {__version__}\n"
    assert manual.split('"')[-2] == f"budgettrack {__version__}" == PROGRAM


def test_the_licence_is_that_of_the_project() -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert licence.startswith("MIT License\n")
    assert f"Copyright (c) 2026 {project['authors'][0]['name']}\n" in licence
    assert (project["license"], project["license-files"]) == ("MIT", ["LICENSE"])


def test_nobody_is_named_as_the_one_to_tell() -> None:
    assert "@" not in (ROOT / "SECURITY.md").read_text("utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=str)
def test_a_decision_record_has_its_three_parts(path: Path) -> None:
    parts = re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", path.read_text("utf-8"))

    assert [title for title, _ in parts][:3] == ["Context", "Decision", "What it costs"]
    assert all(body.strip() for _, body in parts)


def test_decision_records_have_each_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_text_files_have_the_form_of_the_editorconfig() -> None:
    assert "[templates/mail.txt]" in (ROOT / ".editorconfig").read_text("utf-8")
    for path in tracked():
        text = path.read_bytes()
        if b"\0" in text or not text or "standards" in path.parts:
            continue
        assert b"\r" not in text, path.name
        assert text.endswith(b"\n"), path.name
        of_bank = path.suffix in (".csv", ".tsv") and "bank" in path.parts
        if path.name not in ("mail.txt", "library.ipynb") and not of_bank:
            assert not re.search(rb"(?m)[ \t]+$", text), path.name
