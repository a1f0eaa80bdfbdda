"""All commands by their full names, in the order of the help. With each command stand its file
and the sentence that the help prints about it.

Written by docs/make.py from the commands: changes here are lost."""

from __future__ import annotations

LISTED: dict[str, tuple[str, str]] = {
    "sync": (
        "sync",
        "Bring workbook and register to the same state.",
    ),
    "sheet": (
        "sheet",
        "List what becomes of each row of the workbook, and whether its totals tie.",
    ),
    "conflicts": (
        "conflicts",
        "List cells changed in both places since the last sync.",
    ),
    "resolve": (
        "conflicts",
        "Choose which side of a conflict is kept, and sync.",
    ),
    "open": (
        "history",
        "Show where a record is in the workbook, with a link.",
    ),
    "history": (
        "history",
        "List every change of one record, and by whom.",
    ),
    "diff": (
        "history",
        "List what changed between two days, and by whom.",
    ),
    "restore": (
        "history",
        "Bring an earlier version of a record back.",
    ),
    "redact": (
        "history",
        "Delete a value everywhere, such as a name.",
    ),
    "status": (
        "queries",
        "Show money, work and deadlines on one screen.",
    ),
    "variance": (
        "queries",
        "Compare the budget with what was spent.",
    ),
    "cash": (
        "queries",
        "Show the cash month by month to the end of the grants.",
    ),
    "deadlines": (
        "queries",
        "List reports, renewals and milestones with their dates.",
    ),
    "checks": (
        "queries",
        "List what is wrong or doubtful, each with its cell, the worst first.",
    ),
    "grants": (
        "grants",
        "List, show, add and change grants.",
    ),
    "revisions": (
        "grants",
        "Compare each budget line as approved with its revision.",
    ),
    "pipeline": (
        "grants",
        "List grants that may come, with amounts and odds.",
    ),
    "split": (
        "grants",
        "Divide an expense over several budget lines.",
    ),
    "grid": (
        "grants",
        "Show which grants pay which activity (the funding grid).",
    ),
    "resources": (
        "resources",
        "List, show, add and change what is given in kind.",
    ),
    "agreements": (
        "agreements",
        "List, show, add and change agreements with partners.",
    ),
    "supplies": (
        "supplies",
        "Show what is in store, what ends soon, and for how many weeks it lasts.",
    ),
    "indicators": (
        "indicators",
        "List, show, add and change what activities count.",
    ),
    "narratives": (
        "narratives",
        "List, show, add and change the narratives of grants' periods.",
    ),
    "statement": (
        "statement",
        "What the host sees of us: sums by grant and category, and counts of supplies.",
    ),
    "report": (
        "reports",
        "Write a report, as of the last sync.",
    ),
    "profiles": (
        "reports",
        "List the profiles: how each funder wants its summary.",
    ),
    "import": (
        "bank",
        "Import a bank statement, or a funder's past grants.",
    ),
    "reconcile": (
        "bank",
        "Reconcile a month of the register with a bank statement.",
    ),
    "bank": (
        "bank_layout",
        "Say what the columns of a bank's CSV file are.",
    ),
    "report iati": (
        "open_data",
        "Write the published pages as IATI 2.03 files.",
    ),
    "report 360giving": (
        "open_data",
        "Write the grants that the host gives as 360Giving files.",
    ),
    "import 360giving": (
        "open_data",
        "Search a funder's past grants, and add some as prospects.",
    ),
    "withdraw": (
        "publishing",
        "Take a name back from everything public, or list what is withdrawn.",
    ),
    "unpublish": (
        "publishing",
        "Take the whole site down at once.",
    ),
    "republish": (
        "publishing",
        "Put the site back that was taken down.",
    ),
    "monthly": (
        "monthly",
        "Run the month: sync, check, report, deliver.",
    ),
    "cycles": (
        "monthly",
        "List past runs, with their steps and results.",
    ),
    "deliveries": (
        "monthly",
        "List what was sent to whom, and whether it arrived.",
    ),
    "schedule": (
        "monthly",
        "Stay running, and do every day what is due.",
    ),
    "host": (
        "host",
        "Run many groups from one sheet: a row each, a register each.",
    ),
    "adopt": (
        "adopt",
        "Bring in a workbook that you have already.",
    ),
    "demo": (
        "setup",
        "Run a whole month of a sample group, in FOLDER.",
    ),
    "init": (
        "setup",
        "Create a workbook and its config.",
    ),
    "doctor": (
        "setup",
        "Find out why it does not work, and what to do.",
    ),
    "completion": (
        "setup",
        "Print a script that completes commands and IDs.",
    ),
    "schema": (
        "setup",
        "Print the JSON Schema of what COMMAND --json prints.",
    ),
    "login": (
        "login",
        "Sign in to Google as a person, without a key file.",
    ),
    "backup": (
        "keeping",
        "Write register, config and what was sent into one encrypted archive.",
    ),
    "unpack": (
        "keeping",
        "Put an archive of `backup` into an empty folder.",
    ),
    "key": (
        "keeping",
        "Show by what the group's key is known, or make another.",
    ),
    "move": (
        "keeping",
        "Copy the register, with its whole history, into a new file or onto a server.",
    ),
}
