"""A question at the prompt: whole processes at several sizes, beside a Python that does nothing.

`python -m benchmarks.prompt` also asks at 1,000,000 expenses, and tells what start-up loads. The
ledgers are made and synced where they are not there yet; that of 1,000,000 takes about two minutes
and 2.5 GB once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.aims import Measured, table
from benchmarks.measure import in_turn, once

DATA = Path(__file__).parent / "data"
BIN = Path(sys.executable).parent
OWN = str(BIN / "budgettrack")
SIZES = (1_000, 100_000, 1_000_000)
DAY = ("--on", "2026-12-31")
QUESTIONS = {
    "status": ["status", *DAY],
    "deadlines": ["deadlines", *DAY],
    "grants list": ["grants", "list"],
    "checks": ["checks"],
}
MAKE = """
import sys; from pathlib import Path; from benchmarks.ledger import CONFIG, ledger, write_all, write_workbook
number, folder = int(sys.argv[1]), Path(sys.argv[2])
if number <= 100_000:
    write_all(number, folder)
else:
    folder.mkdir(parents=True, exist_ok=True)
    write_workbook(ledger(number), folder / "plan.xlsx")
    (folder / "budgettrack.toml").write_text(CONFIG.format(name="plan.xlsx"))
"""
NO_CACHE = "BEANCOUNT_DISABLE_LOAD_CACHE=1"


ASKED, PYTHON, CLICK = 100_000, "python -c pass", "import click"
SECONDS = {**dict.fromkeys(QUESTIONS, 0.10), "--help": 0.04, "completion of an ID": 0.06}
"""The aims, where `python -c pass` takes FLOOR."""
FLOOR = 0.014
MEMORY = 1.6
"""The aim: so many times the memory of `import click`."""


def measured(number: int = ASKED, data: Path = DATA, runs: int = 9) -> list[Measured]:
    """What is asked most, beside a Python that does nothing, and one that only loads click."""
    folder = data / str(number)
    prepare(number, folder)
    figures = in_turn(
        {
            PYTHON: [sys.executable, "-c", "pass"],
            CLICK: [sys.executable, "-c", CLICK],
            **{name: [*_own(folder), *words] for name, words in QUESTIONS.items()},
            "--help": [OWN, "--help"],
            "completion of an ID": _completion(folder),
        },
        runs,
    )
    floor, click = figures[PYTHON], figures[CLICK]
    return [
        *(
            Measured(f"`{name}`", figures[name].work, floor.work, "s", PYTHON, aim / FLOOR)
            for name, aim in SECONDS.items()
        ),
        *(
            Measured(f"`{name}`, memory", figures[name].mib, click.mib, "MiB", CLICK, MEMORY)
            for name in QUESTIONS
        ),
    ]


def lines(sizes: Sequence[int] = (1_000, 100_000), data: Path = DATA, runs: int = 7) -> list[str]:
    """The table of the page: the same questions at several sizes."""
    for number in sizes:
        prepare(number, data / str(number))
    figures = in_turn(
        {
            f"{name}, {number}": [*_own(data / str(number)), *words]
            for name, words in QUESTIONS.items()
            for number in sizes
        },
        runs,
    )
    made = [
        f"| | {' | '.join(f'{number:,} expenses' for number in sizes)} | memory |",
        "|---|" + "---:|" * (len(sizes) + 1),
    ]
    for name in QUESTIONS:
        each = [figures[f"{name}, {number}"] for number in sizes]
        seconds = " | ".join(f"{figure.work:.2f} s" for figure in each)
        made.append(f"| `{name}` | {seconds} | {each[-1].mib:.0f} MiB |")
    return made


def main() -> None:
    print("\n".join(lines(SIZES)))
    print("\n".join(table(measured())))
    whole, packages = imports([*_own(DATA / str(ASKED))[1:], *QUESTIONS["status"]])
    print("\nImports of `budgettrack status`, by package (python -X importtime takes time itself)")
    print(f"{whole * 1000:.0f} ms: " + ", ".join(f"{name} {s * 1000:.0f}" for name, s in packages))


def prepare(number: int, folder: Path) -> None:
    """A ledger of so many expenses as a workbook, synced by the program itself; nothing where it is
    there already."""
    if (folder / "register.sqlite").exists():
        return
    made = once([sys.executable, "-c", MAKE, str(number), str(folder)])
    synced = once([*_own(folder), "sync", *DAY])
    print(
        f"  {number:,} expenses: ledger and workbook written in {made.seconds:.0f} s; "
        f"first sync of it {synced.seconds:.0f} s, {synced.mib:.0f} MiB"
    )


def _own(folder: Path) -> list[str]:
    return [OWN, "--config", str(folder / "budgettrack.toml")]


def _completion(folder: Path) -> list[str]:
    """As the shell asks, for the IDs that begin with L1."""
    words = f"{' '.join(_own(folder))} variance --line L1"
    return [
        "env",
        "_BUDGETTRACK_COMPLETE=bash_complete",
        f"COMP_WORDS={words}",
        "COMP_CWORD=5",
        OWN,
    ]


def rivals(folder: Path) -> dict[str, list[str]]:
    """What each spent by account: their simplest question; those that are not installed are left
    out with a word."""
    query = "SELECT account, sum(position) WHERE account ~ '^Expenses' GROUP BY account"
    bean = [str(BIN / "bean-query"), "-f", "csv", str(folder / "ledger.beancount"), query]
    known = {
        "hledger balance": ["hledger", "-f", str(folder / "ledger.hledger"), "balance", "Expenses"],
        "ledger balance": [
            "ledger",
            "--args-only",
            "-f",
            str(folder / "ledger.ledger"),
            "balance",
            "^Expenses",
        ],
        "bean-query": bean,
        "bean-query, no cache": ["env", NO_CACHE, *bean],
    }
    programs = {
        name: command[2] if command[0] == "env" else command[0] for name, command in known.items()
    }
    missing = [name for name, program in programs.items() if not shutil.which(program)]
    if missing:
        print(f"  left out, not installed here: {', '.join(missing)}")
    return {name: command for name, command in known.items() if name not in missing}


def imports(words: list[str]) -> tuple[float, list[tuple[str, float]]]:
    """Seconds spent in imports, and the ten packages that most of them go to."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "budgettrack", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    spent: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdigit():
            spent[parts[2].strip().partition(".")[0]] += int(parts[0])
    return spent.total() / 1e6, [(name, units / 1e6) for name, units in spent.most_common(10)]


if __name__ == "__main__":
    main()
