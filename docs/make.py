"""Writes the pages and the man page that follow from the code: `python docs/make.py`; a test holds
them current."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import iso4217
import manual
from mappings import mappings
from messages import messages

from budgettrack import cli
from budgettrack.cli import main
from budgettrack.config.profiles import every
from budgettrack.config.settings import SECTIONS as CONFIG
from budgettrack.config.settings import VARIABLES, ConfigSection, Setting
from budgettrack.core.base.catalogue import CODES, GROUPS
from budgettrack.core.base.findings import MOST_OF_A_KIND
from budgettrack.core.figures.profile import COLUMNS, SECTIONS
from budgettrack.core.records.tables import HOST_TABLES, TABLES, Column
from budgettrack.reports.base.translations import words
from budgettrack.reports.funder.limits import limit_words

SAME_PICTURE = {"generic-10pct": "bmr"}
"""The profiles whose picture equals the picture of another profile."""

SEEN_BY = {
    "public": "everybody (published)",
    "funder": "the grant's funder",
    "internal": "the group",
    "personal": "the workbook alone",
}


BUDGET_TO_BEGIN_WITH = """\
### A budget to begin with

`budgettrack init --preset startup --with-budget` (or `--preset peer-support`) writes what each activity costs: category, description,
unit and *People paid*, in categories that every shipped profile knows. Type *Grant* and *Amount* of the lines that you need, and delete
the others. Until then they are in no figure, and *Checks* tells them all in one line. `--stages next --with-budget` adds the lines of
the stage that it opens."""

OWN_LANGUAGE = """### In your own language

`budgettrack init --language fr` makes a workbook in French: tabs, headings, dropdowns, notes and *Start here*; each sync then writes
*Summary* and *Checks* in French, and `checks` tells the findings in French. So do `ar`, `es`, `fa`, `ru` and `uk`, right-to-left
workbooks from the right. With a country (`fr_CA`) numbers and dates are read as there. For other languages the workbook is English.

Tabs, headings and choices are known in all these languages in every workbook: a heading that somebody translated by hand is found, and
*oui* means yes in an English workbook. What the program writes into a cell with choices is in the language of that column's heading.
Codes, JSON, CSV and the words of the config stay English. The sample work-plans are English only.

The words were not yet read by a native speaker of each language. All corrections go into one file, `budgettrack/locale/sheet/fr.po`
(then `python docs/words.py`); `CONTRIBUTING.md` says how."""


def findings() -> str:
    """docs/findings.md: every code, its words and its remedy."""
    lines = [
        "# Findings",
        "",
        (
            "Whatever is wrong or doubtful is told in one shape: place, severity, code, problem,"
            " remedy. With `--json` or `--csv` it is `place, severity, harm, code, id, field, problem,"
            " remedy`, from `checks`, `doctor` and `report iati --check`."
        ),
        (
            "Findings of the plan stand in the tab *Checks*, with a link to the cell. Those of the"
            " config and of profiles name the file, the line and the key; those of open data the"
            " row; those of `doctor` the step."
        ),
        (
            "An *error* is what cannot be used as it is: a row or cell is left out of the figures,"
            " and every report says so; a grant is left out of a file; a config is not read."
        ),
        "A *warning* changes nothing.",
        (
            f"Of one code, {MOST_OF_A_KIND} stand in *Checks* and at the prompt, then one line"
            " with the number of the rest. Conflicts all stand there. `--json` and `--csv` have"
            " every finding."
        ),
        "Words in braces are filled in.",
    ]
    for group, title in GROUPS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| code | severity | problem | remedy |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{name}` | {code.severity} | {code.problem} | {code.remedy} |"
            for name, code in CODES.items()
            if code.group == group
        ]
    return "\n".join(lines) + "\n"


OF_A_HOST = "Only in the workbook of a [host](hosting.md)."


def workbook() -> str:
    """docs/workbook.md's tables of tabs and columns, after its own words."""
    lines = [
        "# The workbook",
        "",
        "Every tab and column, from the one declaration in `budgettrack/core/records/tables.py`.",
        (
            "Headings are found in any order, case and spacing, within the first ten rows, among"
            " columns of your own."
        ),
        (
            "Columns in *italics* are optional: a new workbook has them only if asked for (`init"
            " --with payee`)."
        ),
        "",
        OWN_LANGUAGE,
        "",
        BUDGET_TO_BEGIN_WITH,
        "",
        "### Percentages in Indicators",
        "",
        (
            "Numbers by month are added up to the number to date. **A percentage is never added and"
            " never subtracted**: with `%` in *Unit* (or the word for it), the number to date is that"
            " of the newest month, and the number of a period is that of its newest month. A dash"
            " means that no month of the period has a number. *Achieved to date* counts as it is"
            " typed, also beside months: it is the number to date, and belongs to no period. The"
            " report of a year shows a percentage to date only."
        ),
        "",
        (
            "A percentage may fall from month to month. *Checks* asks only if a closed month was"
            " changed to a lower one. Type it with its sign: `90%`, and not 0.9, which counts as"
            " 0.9 %. Type *no* into *Counts people*, or small changes wait on the public pages."
        ),
        "",
        (
            "Only a percentage is known as such. Months of any other unit are added, also if they are"
            " averages or levels, such as *people per evening* or *members*: type those as one number"
            " in *Achieved to date*, without months. A period then shows by how much it changed."
        ),
        "",
        "### A workbook of another shape",
        "",
        "It is read through a mapping in the config:",
        "",
        "```toml",
        "[tables.expenses]",
        'tab = "actuals budget year"     # its name for our tab',
        "heading_row = 1",
        'headings = { date = "Date", budget_line = "AccountNum", amount = "Amount" }',
        'where = { InOrOut = "Out" }     # the rows that are meant',
        'turned = ["amount"]             # it writes what goes out as negative',
        'constant = { currency = "USD", state = "paid" }',
        "write = false                   # true: IDs and changes are written into it",
        "```",
        "",
        (
            "In a mapped table only the mapped headings are read; a negative expense (once turned)"
            " is a refund."
        ),
        (
            "Several tables may share a tab: beside each other, below each other, or as a cash book"
            ' with one column for what came in and one for what went out. `tabs = ["Jan",'
            ' "Feb"]` reads several tabs as one table, `tabs = ["2026-*"]` every tab that'
            ' begins so, and `from_tab = "grant"` takes the grant from the name of the tab.'
        ),
        "",
        *mappings(),
        "",
        "### What each row is",
        "",
        (
            "Every row that is not blank is a record, the heading of a group, a total, a carried"
            " sum (*Brought forward*), repeated headings, or a row of another table."
        ),
        "",
        (
            "- **Totals** are known by the rows that their formula sums (`SUM`, `ROUND`, `+`), above"
            " or below it, or by their label in any column, in 25 languages. Each total is checked"
            " against its rows. A figure that is the sum of its neighbours is never counted in"
            " silence: without any word it is taken for a total, with other words it counts, and"
            " both are told in *Checks*, unless a total further on proves that it counts. A figure"
            " that is nearly such a sum (a ten-thousandth of it off) counts and is told, and so is a"
            " total that adds several currencies."
        ),
        (
            "- **Rows below the total** of a mapped table are told. They count, because people type"
            " new lines there, until a total below sums them too. If some of them, one below the"
            " other, sum to the same figure, they say who pays, and none of the rows below counts."
            " Say where the table ends with `until` or `rows`. Rows with a date count in any case:"
            " the total was that of a month."
        ),
        (
            "- **Carried sums** (*Brought forward*, *Übertrag*, *Saldo anterior*) are not counted;"
            " the first one is told. *Report*, *Transporte*, *Saldo*, *Solde* and *Balance* are"
            " carried sums in income and in rows without a date, and are told if they have one. In a"
            " plan and in spending they are what they say."
        ),
        (
            "- **A dash** (`-`, `- €`) in a column of money is 0. In a cash book, a row with a dash or"
            " 0 in one column belongs to the other."
        ),
        (
            "- **Headings of groups** give the lines of a mapped budget their category, if it has no"
            " column for it. A total above its rows is such a heading too. A text without a figure"
            " between two lines is told, where other groups of the table begin otherwise: it may be a"
            " line whose figure is missing."
        ),
        (
            "- **Months and quarters** as columns (`Jan`, `Mars 2026`, `Q1`, `2026 T1`) phase a"
            " mapped budget; so do half-years (`H1 2026`) and years. The year stands in the heading or"
            " above it, follows from `start` and `end` of `[workbook]`, or stands in the title or in"
            " the name of the tab. A line without a total has the sum of its months. A heading that"
            " looks like a period and cannot be read as one is told."
        ),
        (
            "- **Lines of the same name**: an expense that names *Rent* means the line of its grant,"
            " and of several the one whose *Start* and *End* its date is within (*Rent* of January,"
            " *Rent* of February). If more than one is left, none is guessed: it is told."
        ),
        (
            "- **Rows without IDs** are known by their label, such as the description of a line, and"
            " by their place among rows of the same label. Amounts, dates and notes may change:"
            " each row keeps its history, also when rows are sorted, inserted or removed."
        ),
        (
            "- **Calculated amounts** with more decimals than the currency has are rounded, and told."
            " **Formats** count: 500 with the format of the yuan is 500 yuan, and 15 % is no amount"
            " (not yet in an online sheet)."
        ),
        "",
        "## The tool's own tabs",
        "",
        (
            "*Summary* and *Checks* are written anew at each sync. They are known by a mark that"
            " nobody sees, never by their name: call them as you like, and put them where you like."
        ),
        (
            "A tab of yours is never written over, whatever its name. If you have a tab *Checks*,"
            " ours is *Checks (budgettrack)*. [Why](decisions/0027-own-tabs-by-mark.md)"
        ),
        (
            "A copy of *Checks* that you want to keep gets a name of its own beside ours, which"
            " stays."
        ),
        "",
        (
            "What is kept of earlier states, and what happens when one is put back:"
            " [Copies](copies.md)."
        ),
    ]
    for table in HOST_TABLES:
        lines += [
            "",
            f"## {table.tab}",
            "",
            *([] if table in TABLES else [OF_A_HOST, ""]),
            "| heading | what it holds | who sees it | what to type |",
            "|---|---|---|---|",
        ]
        lines += [
            _column(column, "the group" if table in TABLES else "the host")
            for column in table.columns
            if column.owner != "register" and not column.moved
        ]
        if table.months:
            month = table.column("2026-01")
            what = "amount" if month.kind == "money" else "number"
            lines.append(
                f"| `2026-01`, `Jan 2026` … | {month.kind} | {SEEN_BY[month.audience]} |"
                f" The {what} of that month. |"
            )
    return "\n".join(lines) + "\n"


def _column(column: Column, ours: str) -> str:
    heading = f"*{column.heading}*" if column.optional else column.heading
    holds = {
        "money": "an amount",
        "reference": f"a row of {column.refers}",
        "lot": "the ID or the batch of a row of lots",
    }.get(column.kind, column.kind)
    note = ", ".join(column.choices) if column.choices else ""
    words = " ".join(part for part in (note and f"One of: {note}.", column.note) if part)
    if column.required:
        words = f"Needed. {words}".strip()
    seen = ours if column.audience == "internal" else SEEN_BY[column.audience]
    return f"| {heading} | {holds} | {seen} | {words} |"


def profiles() -> str:
    """docs/profiles.md: the keys of a profile, and every one that is shipped, with its source and a
    picture."""
    lines = [
        "# Profiles",
        "",
        "A profile says how one funder wants a summary.",
        "A grant names its profile in the column *Profile* of the tab *Grants*; blank means `bmr`.",
        "What the grant's own agreement says in *Variance limit %* wins over the profile.",
        (
            "`budgettrack profiles` lists them; `budgettrack report funder GRANT --profile NAME`"
            " tries one."
        ),
        "",
        "## A profile of your own",
        "",
        (
            "Put a TOML file into a folder of yours, name the folder in the config, and type the"
            " file's name into *Profile*:"
        ),
        "",
        "```toml",
        "[reports]",
        'profiles = "profiles"',
        "```",
        "",
        "```toml",
        'title = "Our funder"',
        'source = "the agreement of March 2026, annex 2"',
        'currency = "GBP"                  # blank: the grant\'s own',
        'rate = "receipts"                 # month, period, fixed (with rates) or receipts',
        'period = "half-year"              # grant, month, quarter, half-year, year or to date',
        "round_to = 1                      # whole pounds that still add up",
        "narrative = true                  # no final summary before the four texts are written",
        "",
        "[[category]]",
        'name = "Staff"',
        (
            'of = ["Personnel", "Stipends"]    # our categories; or lines = ["B-1.2"], or pattern ='
            ' "salar|stipend"'
        ),
        "",
        "[[limit]]",
        'scope = "category"                # line, category, activity or grant',
        'measure = "to date"               # period, year, whole or budget change',
        "percent = 10",
        'comparator = ">="',
        'consequence = "ask"               # explain, tell, ask or amend',
        'source = "article 7"',
        "verified = true",
        "```",
        "",
        f"Columns: {', '.join(f'`{name}`' for name in COLUMNS)}.",
        "",
        f"Sections: {', '.join(f'`{name}`' for name in SECTIONS)}.",
        "",
        (
            "A line that maps to no category stands in a row of its own: the mapped total is the"
            " unmapped one to the cent."
        ),
        "A mistake in the file is told with its line and key.",
        (
            "`percent_up` and `percent_down` stand in for `percent` above and below the budget;"
            ' `percent_up = 0` means no overspending at all. `combine = "and"` asks for both, the'
            " percentage and the `amount`. Each limit is judged on every row of its scope, whatever"
            " the summary shows."
        ),
        (
            "`rate` is for what was spent. The budget stands at the grant's Budget rate, else the"
            " rate of the month in which it starts; `budget_rate` is for a summary in a currency"
            " that is neither the grant's nor yours."
        ),
        "",
        "## Shipped",
    ]
    for name, each in every().items():
        lines += ["", f"### `{name}`: {each.title}", "", each.about, "", f"Source: {each.source}."]
        if each.narrative:
            lines += [
                "",
                "The funder asks for a narrative: no summary is final while one of its four texts is"
                f" blank. Source: {each.narrative_source}.",
            ]
        if not each.on:
            lines += ["", "**Off**: a summary by it is never final."]
        if each.limit:
            lines += ["", *(f"- {limit_words(limit, words('en'))}" for limit in each.limit)]
        picture = SAME_PICTURE.get(name, name)
        lines += ["", f"![A page of a summary by {name}](pictures/{picture}.png)"]
    return "\n".join(lines) + "\n"


def configuration() -> str:
    """docs/configuration.md: every setting, from the declaration in config/settings.py."""
    lines = [
        "# The configuration",
        "",
        "Every setting of `budgettrack.toml`, from the one declaration in"
        " `budgettrack/config/settings.py`.",
        "`budgettrack init` writes the file; only `[workbook]` is needed.",
        "Paths are relative to the file's folder. Any other key is refused with its line.",
        "`budgettrack doctor` says what is wrong with a file.",
        "",
        "```toml",
        "[organisation]",
        'name = "Harbour Peers"',
        'currency = "EUR"',
        "",
        "[workbook]",
        'xlsx = "plan.xlsx"',
        "```",
    ]
    for section in CONFIG:
        lines += ["", f"## {_heading(section)}", "", section.about]
        lines += ["", "| setting | what it means | default | example |", "|---|---|---|---|"]
        lines += [_setting(setting) for setting in section.settings]
    lines += [
        "",
        "## Variables of the environment",
        "",
        "What is secret stands here or in a file that only its owner can read.",
        "",
        "| variable | what it means |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in VARIABLES),
    ]
    return "\n".join(lines) + "\n"


def _heading(section: ConfigSection) -> str:
    return f"[[{section.name}]]" if section.many else f"[{section.name}]"


def _setting(setting: Setting) -> str:
    default = "none"
    if setting.needed:
        default = "none: it is needed"
    elif setting.default:
        default = f"`{setting.default}`"
    elif setting.default_words:
        default = setting.default_words
    return (
        f"| `{setting.key}` | {setting.meaning} | {default} | `{setting.key} = {setting.example}` |"
    )


def decisions() -> str:
    """docs/decisions/README.md: the list of the decision records."""
    lines = [
        "# Decision records",
        "",
        "One page for each decision against a simpler way: its context, the decision, what it costs.",
        "A decision that no longer holds is rewritten or deleted together with the code.",
        "",
    ]
    for path in sorted((Path(__file__).parent / "decisions").glob("[0-9]*.md")):
        title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{path.name[:4]}]({path.name}): {title}")
    return "\n".join(lines) + "\n"


def listed() -> str:
    """budgettrack/cli/listed.py: the commands, so that the help loads none of them."""
    lines = [
        '"""All commands by their full names, in the order of the help. With each command stand its file',
        "and the sentence that the help prints about it.",
        "",
        'Written by docs/make.py from the commands: changes here are lost."""',
        "",
        "from __future__ import annotations",
        "",
        "LISTED: dict[str, tuple[str, str]] = {",
    ]
    # A file that is new is in no list yet.
    for path in sorted(Path(cli.__file__).parent.glob("[a-z]*.py")):
        import_module(f"budgettrack.cli.{path.stem}")
    for commands in main.sections().values():
        for name, command in commands.items():
            file = command.callback.__module__.rpartition(".")[2]
            said = json.dumps(command.get_short_help_str(), ensure_ascii=False)
            lines += [f'    "{name}": (', f'        "{file}",', f"        {said},", "    ),"]
    return "\n".join([*lines, "}"]) + "\n"


def currencies() -> str:
    """budgettrack/core/base/currencies.py: the decimals of each currency."""
    lines = [
        '"""How many decimals each currency has by ISO 4217. Funds and metals, which have none, have 0.',
        "",
        'Written by docs/make.py from the package iso4217: changes here are lost."""',
        "",
        "from __future__ import annotations",
        "",
        "DIGITS: dict[str, int] = {",
    ]
    for currency in sorted(iso4217.Currency, key=lambda each: each.code):
        lines.append(f'    "{currency.code}": {int(currency.exponent or 0)},')
    return "\n".join([*lines, "}"]) + "\n"


PAGES = {
    "../budgettrack/cli/listed.py": listed,
    "../budgettrack/core/base/currencies.py": currencies,
    "budgettrack.1": manual.man,
    "commands.md": manual.reference,
    "configuration.md": configuration,
    "decisions/README.md": decisions,
    "findings.md": findings,
    "profiles.md": profiles,
    "troubleshoot.md": messages,
    "workbook.md": workbook,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (Path(__file__).parent / name).write_text(make(), "utf-8")
