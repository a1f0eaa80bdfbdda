"""Bank files of 100,000 entries of each format, and a CAMT of 200,000: how long reading takes and how
much memory, beside the library alone, or a plain scan of the file where no library reads it.

`python -m benchmarks.bank`, part of `make bench`."""

from __future__ import annotations

import shutil
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.measure import in_turn, table
from tests.world import bank_files
from tests.world.bank_files import Booked

DATA = Path(__file__).parent / "data" / "bank"

OURS = (
    "import sys; from pathlib import Path; from budgettrack.bank.formats import read, Layout\n"
    'layout = Layout("Booking date", "Amount", currency="EUR", balance="Balance", locale="en_GB")\n'
    "statements = read(Path(sys.argv[1]), layout, 'en_GB')\n"
    "assert sum(len(s.lines) for s in statements) == int(sys.argv[2])"
)
BESIDE = {
    "CAMT": (
        "lxml alone, iterparse",
        "import sys; from lxml import etree\n"
        "n = 0\n"
        "for _, e in etree.iterparse(sys.argv[1], tag='{*}Ntry'):\n"
        "    n += 1; e.clear(); del e.getparent()[0]\n"
        "assert n == int(sys.argv[2])",
    ),
    "MT940": (
        "mt-940 alone",
        "import sys, mt940\n"
        "s = mt940.parse_statements(open(sys.argv[1]).read(), options=mt940.Options.all())\n"
        "assert sum(map(len, s)) == int(sys.argv[2])",
    ),
    "OFX": (
        "ofxtools alone, its tree",
        "import sys; from ofxtools.Parser import OFXTree\n"
        "tree = OFXTree(); root = tree.parse(sys.argv[1])\n"
        "assert sum(1 for _ in root.iter('STMTTRN')) == int(sys.argv[2])",
    ),
    "QIF": (
        "a plain scan of the lines",
        "import sys\n"
        "n = sum(line.startswith(b'T') for line in open(sys.argv[1], 'rb'))\n"
        "assert n == int(sys.argv[2])",
    ),
    "CSV": (
        "csv.reader alone",
        "import csv, sys\n"
        "rows = list(csv.reader(open(sys.argv[1], newline=''), delimiter=';'))\n"
        "assert len(rows) > int(sys.argv[2])",
    ),
}
"""What reads a format besides us: its name and its program."""

WRITERS = {
    "CAMT": bank_files.camt,
    "MT940": bank_files.mt940,
    "OFX": bank_files.ofx,
    "QIF": bank_files.qif,
    "CSV": bank_files.table,
}


def booked(number: int) -> list[Booked]:
    """So many movements of a month, in the order of their days."""
    first = date(2026, 10, 1)
    return [
        Booked(
            first + timedelta(days=31 * n // number),
            Decimal((-1) ** n * (n % 9_999 + 1)).scaleb(-2),
            f"R{n}",
            words=f"PAYMENT {n}",
        )
        for n in range(number)
    ]


def main(number: int = 100_000, data: Path = DATA, runs: int = 3) -> None:
    """Files of so many entries, and a CAMT of twice as many."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    for form, entries in (*((form, number) for form in WRITERS), ("CAMT", 2 * number)):
        path = data / f"{form}-{entries}"
        path.write_bytes(WRITERS[form](booked(entries)))
        size = path.stat().st_size / 2**20
        print(f"\nA bank file of {entries:,} entries: {form}, {size:.0f} MiB")
        beside, program = BESIDE[form]
        given = [str(path), str(entries)]
        commands = {
            f"budgettrack, {form}": [sys.executable, "-c", OURS, *given],
            beside: [sys.executable, "-c", program, *given],
        }
        print(table(in_turn(commands, runs), f"budgettrack, {form}"))


if __name__ == "__main__":
    main()
