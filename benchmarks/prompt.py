"""A question at the prompt: whole processes at three sizes, beside hledger, ledger and beancount,
and what start-up loads.

`python -m benchmarks.prompt` runs it alone, apart from `make bench`. The ledgers are made and
synced where they are not there yet; that of 1,000,000 expenses takes about two minutes and 2.5 GB
once. It is a small process of its own, because a process is never measured as smaller than the one
that started it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from benchmarks.measure import Figure, in_turn, once, table

DATA = Path(__file__).parent / "data"
BIN = Path(sys.executable).parent
OWN = str(BIN / "budgettrack")
SIZES = (1_000, 100_000, 1_000_000)
BESIDE = 100_000
"""The size at which rivals are asked the same."""
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


def main() -> None:
    for number in SIZES:
        prepare(number, DATA / str(number))
    print("\nQuestions at the prompt, whole processes (aims: 0.3 s, 80 MB, the same at every size)")
    commands = {
        f"{name}, {number:,}": [*_own(number), *words]
        for name, words in QUESTIONS.items()
        for number in SIZES
    }
    figures = in_turn(commands, 9)
    print(table(figures, f"status, {SIZES[0]:,}"))
    for name in QUESTIONS:
        first, last = (figures[f"{name}, {number:,}"].work for number in (SIZES[0], SIZES[-1]))
        print(f"  {name}: {last / first:.2f} times the work at {SIZES[-1]:,} as at {SIZES[0]:,}")

    print("\nWhat does not ask the register (aims: --help 0.1 s, completion 0.15 s)")
    print(table(in_turn({"python -c pass": [sys.executable, "-c", "pass"], "--help": [OWN, "--help"],
        "completion of an ID": _completion(BESIDE)}, 9), "--help"))  # fmt: skip

    print(
        f"\nA balance of {BESIDE:,} expenses beside rivals (aim: at least 10 times faster than the"
        " fastest)"
    )
    asked = {
        "budgettrack status": [*_own(BESIDE), *QUESTIONS["status"]],
        **rivals(DATA / str(BESIDE)),
    }
    beside = in_turn(asked, 3)
    print(table(beside, "budgettrack status"))
    _told(beside)

    print(
        "\nImports of `budgettrack status`, by package (python -X importtime, which itself takes"
        " time)"
    )
    whole, packages = imports([*_own(SIZES[0])[1:], *QUESTIONS["status"]])
    print(
        f"  {whole * 1000:.0f} ms in all: "
        + ", ".join(f"{name} {s * 1000:.0f}" for name, s in packages)
    )


def prepare(number: int, folder: Path) -> None:
    """A ledger of so many expenses as a workbook, synced by the program itself; nothing where it is
    there already."""
    if (folder / "register.sqlite").exists():
        return
    made = once([sys.executable, "-c", MAKE, str(number), str(folder)])
    synced = once([*_own(number), "sync", *DAY])
    print(
        f"  {number:,} expenses: ledger and workbook written in {made.seconds:.0f} s; "
        f"first sync of it {synced.seconds:.0f} s, {synced.mib:.0f} MiB"
    )


def _own(number: int) -> list[str]:
    return [OWN, "--config", str(DATA / str(number) / "budgettrack.toml")]


def _completion(number: int) -> list[str]:
    """As the shell asks, for the IDs that begin with L1."""
    words = f"{' '.join(_own(number))} variance --line L1"
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


def _told(figures: dict[str, Figure]) -> None:
    ours = figures.pop("budgettrack status").seconds
    if figures:
        fastest = min(figures, key=lambda name: figures[name].seconds)
        print(
            f"  the fastest rival, {fastest}, takes {figures[fastest].seconds / ours:.1f} times as"
            " long"
        )


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
