"""The declaration of every setting of `budgettrack.toml`: its section, default, meaning and
example.

The reader accepts only the keys that are declared here, and docs/configuration.md is made from
this declaration. A section in double brackets may occur several times; NAME stands for a name
that the group chooses. To add a setting, declare it here and read it in the module of its
section."""

from __future__ import annotations

from msgspec import Struct


class Setting(Struct, frozen=True):
    """One setting of the config file.

    `default`, `example`: as they are written in the file. `default` is '' if there is no default
    value. `default_words`: the description of a default that is not a single value. `needed`:
    whether the key must be in the file."""

    key: str
    meaning: str
    example: str
    default: str = ""
    default_words: str = ""
    needed: bool = False


class ConfigSection(Struct, frozen=True):
    """A section with its settings.

    `many`: whether it is in double brackets and may occur several times. `chosen`: whether the
    group chooses the keys; then the only setting is an example."""

    name: str
    about: str
    settings: tuple[Setting, ...]
    many: bool = False
    chosen: bool = False


_ORGANISATION = (
    Setting("name", "Its name in the files.", '"The harbour trust"', default_words="its own"),
    Setting("ref", "Its public identifier, as its register has it.", '"XE-EXAMPLE-500000000"'),
    Setting("type", "Its kind, as `local NGO` or `foundation`.", '"foundation"'),
    Setting("withheld", "Whether neither its name nor its reference appears.", "true", "false"),
)
"""The settings of each organisation in [open_data]."""

SECTIONS: tuple[ConfigSection, ...] = (
    ConfigSection(
        "organisation",
        "The group.",
        (
            Setting(
                "name", "The group's name, as reports show it.", '"Harbour Peers"', '"Our group"'
            ),
            Setting(
                "currency",
                "The group's base currency (ISO 4217): totals over several grants are in it.",
                '"GBP"',
                '"EUR"',
            ),
            Setting(
                "time_zone",
                "The group's time zone (IANA name), by which a day begins and ends.",
                '"Europe/Lisbon"',
                default_words="that of the Google sheet, else UTC",
            ),
            Setting(
                "language",
                "The language of reports and of the workbook that `init` makes.",
                '"pt"',
                '"en"',
            ),
        ),
    ),
    ConfigSection(
        "workbook",
        "Where people work: either a file or a Google sheet.",
        (
            Setting(
                "xlsx",
                "The workbook's file, beside the config. Needed unless `google` is given.",
                '"plan.xlsx"',
            ),
            Setting(
                "google",
                "The link or the ID of the Google sheet. Needed unless `xlsx` is given.",
                '"1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"',
            ),
            Setting(
                "credentials",
                "The key file for Google, beside the config.",
                '"credentials.json"',
                default_words="the credentials of this machine",
            ),
            Setting(
                "address",
                "Another address of Google's services, for a gateway or a test.",
                '"https://gateway.example.org"',
            ),
            Setting(
                "locale",
                "How numbers and dates in the workbook are written.",
                '"de_DE"',
                default_words="the workbook's own, else the language of the organisation",
            ),
            Setting(
                "start",
                "The first day of grants that the workbook knows by a label only.",
                "2026-01-01",
            ),
            Setting("end", "The last day of such grants.", "2026-12-31"),
        ),
    ),
    ConfigSection(
        "register",
        "Where records and their history are kept. The variable `BUDGETTRACK_REGISTER` wins over"
        " this section: the URL of a server has a password in it, which does not belong in a file.",
        (
            Setting(
                "url",
                "A SQLite file or a PostgreSQL database.",
                '"postgresql://books@db.example.org/books"',
                '"sqlite:///register.sqlite"',
            ),
        ),
    ),
    ConfigSection(
        "reports",
        "What is published and how it looks.",
        (
            Setting(
                "out",
                "The folder for reports: `public` and `private` in it.",
                '"site"',
                '"reports"',
            ),
            Setting(
                "headings",
                "Coarser public names of categories. Money under a coarser name is shown sooner,"
                " because more people stand behind it.",
                '{ "Bus fares" = "Travel", "Hotels" = "Travel" }',
                default_words="the categories of the sheet",
            ),
            Setting(
                "first_month",
                "The month of the first public page. Needed only if money lies more than a year"
                " before all other money: such a month waits until it is written here. Read when"
                " the first page is made.",
                '"2016-03"',
                default_words="the first month with money",
            ),
            Setting(
                "year_begins",
                "The first month of one of the group's own years, for the report of the year.",
                '"2025-09"',
                default_words="January",
            ),
            Setting(
                "site",
                "Where the public folder is on the web, for the feed and links in mail.",
                '"https://books.example.org"',
            ),
            Setting(
                "profiles",
                "A folder with funders' profiles of the group's own, which win over ours.",
                '"profiles"',
            ),
            Setting(
                "pictures",
                "The folder with the pictures of stories. It must not be a folder that others can"
                " read: the pictures in it tell where and when they were taken.",
                '"photos"',
                '"pictures"',
            ),
            Setting("logo", "A picture for the head of reports: PNG, JPEG or SVG.", '"logo.svg"'),
            Setting(
                "colours",
                "Two colours, for headings and for marks in charts.",
                '["#0b6e6e", "#b98900"]',
                default_words="ours",
            ),
            Setting("paper", "The size of paper: `a4` or `letter`.", '"letter"', '"a4"'),
        ),
    ),
    ConfigSection(
        "sync",
        "How sync decides where both sides changed, and when it refuses.",
        (
            Setting(
                "winner",
                "The side that wins each conflict: `sheet` or `register`.",
                '"sheet"',
                default_words="neither: a person decides in the column *Keep*",
            ),
            Setting(
                "rows",
                "A sync is refused if it removes or alters more rows of a table than this, and more"
                " than one in `share`.",
                "20",
                "5",
            ),
            Setting("share", "The share for `rows`: 4 is one row in four.", "4", "5"),
        ),
    ),
    ConfigSection(
        "tables.NAME",
        "How a table is read from a workbook of another shape; NAME is one of the tables in"
        " docs/workbook.md, as `expenses`.",
        (
            Setting(
                "tab",
                "The workbook's name for the tab.",
                '"Actuals"',
                default_words="the table's own",
            ),
            Setting(
                "tabs",
                "Several tabs that are read as one table. `2026-*` is every tab that begins so.",
                '["Jan", "Feb"]',
                "[]",
            ),
            Setting("from_tab", "The field whose value is the name of the tab.", '"grant"', '""'),
            Setting(
                "heading_row",
                "The row of the headings.",
                "3",
                default_words="found by the headings in the first ten rows",
            ),
            Setting(
                "headings",
                "For each field of ours the workbook's heading. Other headings are not read.",
                '{ date = "Date", amount = "Amount" }',
                needed=True,
            ),
            Setting(
                "columns",
                "Fields by the letter of their column, where a heading is blank or stands twice. It"
                " does not move when a column is inserted.",
                '{ amount = "F" }',
            ),
            Setting(
                "rows",
                "The first and the last row that may be read. They do not move when a row is"
                " inserted.",
                '"5-20"',
            ),
            Setting(
                "after",
                "The text below which the table begins, if rows of another one stand between it and"
                " the headings.",
                '"EXPENSES"',
            ),
            Setting(
                "until",
                "The text with which something else begins below. It and all below are not read.",
                '"Notes"',
            ),
            Setting(
                "fill_down",
                "Fields that are typed once and hold for the rows below.",
                '["date"]',
                "[]",
            ),
            Setting(
                "amounts",
                "`positive` or `negative`: only the rows with such an amount, of a column that has"
                " both.",
                '"negative"',
                '""',
            ),
            Setting("year", "The year of dates without one.", "2026"),
            Setting(
                "dates",
                "The form of dates that are typed as numbers, such as `DDMMYY`.",
                '"DDMMYY"',
                '""',
            ),
            Setting(
                "date_parts",
                "The headings of year, month and day, if a date stands in several columns.",
                '{ year = "Year", month = "Month" }',
            ),
            Setting(
                "periods",
                "Of budget lines, the months and longer periods by the letter of their column,"
                " where headings do not say them, as in `Budget Q1` beside `Actual Q1`.",
                '{ "2026-01/2026-03" = "B" }',
            ),
            Setting(
                "accepted",
                "Differences of totals that are no finding: by field, how much more a total of the"
                " sheet says than its rows sum to. Each is accepted of one total. `adopt --waive`"
                " writes them.",
                '{ amount = ["-12.5"] }',
            ),
            Setting("where", "Headings with the text that a row must have.", '{ Way = "Out" }'),
            Setting(
                "where_not",
                "Of the headings in `where`, the texts of rows that are known to be something else:"
                ' "" for a blank cell. A row with an amount and any other text is a finding.',
                '{ Way = ["In"] }',
            ),
            Setting(
                "turned",
                "Fields whose sign is turned: the workbook writes what goes out as negative.",
                '["amount"]',
                "[]",
            ),
            Setting("constant", "Fields with one value for every row.", '{ currency = "USD" }'),
            Setting(
                "write",
                "Whether IDs and changes are written into this tab.",
                "true",
                "false",
            ),
        ),
    ),
    ConfigSection(
        "host",
        "For an organisation that hosts groups: the groups of its tab *Groups* are run from here."
        " The section may be empty. [Hosting groups](hosting.md) tells more.",
        (
            Setting(
                "groups",
                "The folder with a folder for each group, which only its owner reads.",
                '"/srv/books/groups"',
                '"groups"',
            ),
            Setting(
                "share_with",
                "The address that groups share their sheets with.",
                '"books@example.iam.gserviceaccount.com"',
                default_words="that of the key file in [workbook] credentials",
            ),
            Setting(
                "accounts",
                "A folder with the key files of further Google accounts. A new group shares its"
                " sheet with the account that has the fewest groups.",
                '"accounts"',
            ),
            Setting(
                "account_groups",
                "How many groups share their sheets with one account at most: who has its key can"
                " open all of them.",
                "30",
                "50",
            ),
            Setting("seconds", "After how many seconds a group's job is ended.", "300", "600"),
            Setting("at_once", "How many groups are worked on at the same time.", "4", "1"),
            Setting(
                "reads",
                "How many sheets are read in a minute at most. Google allows an account 60.",
                "30",
                "50",
            ),
            Setting(
                "project_reads",
                "The same for all accounts of one project together. Google allows it 300.",
                "200",
                "250",
            ),
            Setting("hours", "Workers sync each group once in so many hours.", "6", "1"),
            Setting(
                "database",
                "For a host with workers: the PostgreSQL database with a schema for each group."
                " The variable `BUDGETTRACK_HOST_DATABASE` overrides it, since planner and workers"
                " have users of their own.",
                '"postgresql://db.example.org/groups"',
                default_words="none: `budgettrack host run` does all, with a file for each group",
            ),
            Setting(
                "metrics",
                "A file with figures for a monitor, in the text format of Prometheus.",
                '"groups.prom"',
            ),
        ),
    ),
    ConfigSection(
        "mail",
        "The server that mail is handed to. Its password stands in the variable"
        " `BUDGETTRACK_MAIL_PASSWORD`, in `password_file` or in the keyring, never here.",
        (
            Setting("host", "The mail server.", '"smtp.example.org"', needed=True),
            Setting(
                "port",
                "Its port.",
                "2525",
                default_words="587 for `starttls`, 465 for `tls`, 25 for `none`",
            ),
            Setting(
                "security",
                "`starttls`, `tls`, or `none` (for a server on this machine only).",
                '"tls"',
                '"starttls"',
            ),
            Setting("user", "The user's name there, if it asks for one.", '"books"'),
            Setting(
                "password_file",
                "A file with the password that only its owner can read.",
                '"mail-password"',
            ),
            Setting(
                "sender",
                "The address that mail comes from, with or without a name.",
                '"Harbour books <books@example.org>"',
                needed=True,
            ),
            Setting("reply_to", "The address that answers go to.", '"office@example.org"'),
            Setting(
                "authorities",
                "A file with certificates to trust, for a server with its own.",
                '"certificates.pem"',
                default_words="those of this machine",
            ),
            Setting("seconds", "How many seconds each answer may take.", "60", "30"),
            Setting(
                "pauses",
                "After how many seconds a run tries again what the server put off.",
                "[10, 60, 600]",
                "[60, 300]",
            ),
        ),
    ),
    ConfigSection(
        "monthly",
        "The month's run.",
        (
            Setting(
                "day", "The day (1 to 28) from which the last month's report is due.", "5", "1"
            ),
            Setting(
                "hour", "When `schedule` wakes, in the group's time zone.", '"07:30"', '"06:00"'
            ),
            Setting("catch_up", "How many missed months back a report is made up for.", "6", "3"),
            Setting("grace", "After how many days a report counts as late.", "14", "7"),
            Setting(
                "blocking",
                "For the audiences `public` and `funder`: findings that hold a report back.",
                '{ funder = ["variance-unexplained", "line-overspent"] }',
                '{ public = [], funder = ["variance-unexplained"] }',
            ),
            Setting(
                "operator",
                "The address that is told of failures.",
                '"operator@example.org"',
            ),
            Setting("health", "A file that a monitor reads, written by each run.", '"health.json"'),
            Setting(
                "ping",
                "An address that each run calls, for a monitor that notices silence.",
                '"https://ping.example.org/books"',
            ),
        ),
    ),
    ConfigSection(
        "deliver",
        "Other ways out than mail.",
        (
            Setting("folder", "A folder that gets a copy of the public files.", '"/srv/www/books"'),
            Setting(
                "webhook",
                "An address that gets a signed copy of the public figures.",
                '"https://hooks.example.org/books"',
            ),
            Setting(
                "secret_file",
                "A file with the secret that signs it, which only its owner can read.",
                '"hook-secret"',
            ),
        ),
    ),
    ConfigSection(
        "recipients",
        "Who gets mail, one section for each.",
        (
            Setting(
                "name",
                "A word for the recipient, which listings and logs show; never an address.",
                '"the host"',
                needed=True,
            ),
            Setting("address", "The mail address.", '"office@example.org"', needed=True),
            Setting(
                "language",
                "The language of the mail.",
                '"fr"',
                default_words="that of the organisation",
            ),
            Setting(
                "audience",
                "What the recipient may read: `public`, `funder:GRANT`, `host`, `host:NAME` or"
                " `internal`.",
                '"funder:G-1"',
                needed=True,
            ),
            Setting(
                "attach", "Whether files are attached; else there are links only.", "false", "true"
            ),
        ),
        many=True,
    ),
    ConfigSection(
        "shares",
        "Keys by which `split --by KEY` divides a receipt: weights of two budget lines or more.",
        (Setting("KEY", "Weights by budget line.", '{ "B-1" = 60, "B-4" = 40 }'),),
        chosen=True,
    ),
    ConfigSection(
        "bank",
        "Which column of the bank's CSV file holds what. Other formats need nothing here, and many"
        " banks' files are known by their headings. A column is named by its heading, or by its"
        " number, from 1, if it has none.",
        (
            Setting("date", "The column of the booking date.", '"Booking date"', needed=True),
            Setting(
                "amount",
                "The column of the amount. Needed unless `in` and `out` are given.",
                '"Amount"',
            ),
            Setting("in", "The column of what came in.", '"Credit"'),
            Setting("out", "The column of what went out.", '"Debit"'),
            Setting(
                "currency",
                "The column of the currency, or its three letters.",
                '"EUR"',
                needed=True,
            ),
            Setting("reference", "The column of the bank's own reference.", '"Reference"'),
            Setting(
                "text",
                "The column of the words, by which entries are matched. Several stand in a list.",
                '"Details"',
            ),
            Setting(
                "balance",
                "The column of the balance after each entry, which proves the file complete.",
                '"Balance"',
            ),
            Setting(
                "encoding",
                "The file's encoding.",
                '"cp1252"',
                default_words="what the bytes show",
            ),
            Setting(
                "locale",
                "How the file writes numbers and dates.",
                '"de_DE"',
                default_words="that of the workbook",
            ),
            Setting(
                "sign",
                "The column of the words that tell money out from money in, as `D` and `C`.",
                '"Dr/Cr"',
            ),
            Setting(
                "out_words",
                "What that column says for money out.",
                '["D"]',
                default_words="the usual words, as `D`, `Dr`, `Debit`, `S`, `Af`, `-`",
            ),
            Setting(
                "in_words",
                "What that column says for money in.",
                '["C"]',
                default_words="the usual words, and the one other word of the file",
            ),
            Setting(
                "signs",
                "What a minus means: `as written` (a payment), `inverted` (money in, as in lists of"
                " a card's purchases), or `unsigned` (nothing).",
                '"inverted"',
                default_words="what the balances prove, else a person is asked",
            ),
            Setting("account", "The column of the account's number.", '"IBAN"'),
            Setting("fee", "The column of a fee that the bank takes besides the amount.", '"Fee"'),
            Setting(
                "net",
                "The column of the amount less the fee. It tells which fees are given back, and"
                " every row must agree.",
                '"Net"',
            ),
            Setting(
                "original",
                "The column of a card payment's amount in the currency where it was paid.",
                '"Original amount"',
            ),
            Setting("original_currency", "The column of that currency.", '"Original currency"'),
            Setting(
                "dates",
                "The order in a date: `day first`, `month first` or `year first`.",
                '"month first"',
                default_words="what the dates show, else that of the locale",
            ),
            Setting(
                "decimal",
                "The decimal sign.",
                '","',
                default_words="what the amounts show, else that of the locale",
            ),
            Setting(
                "where",
                "For some columns, what they say in the rows that are booked.",
                '{ State = "COMPLETED" }',
            ),
            Setting(
                "columns",
                "All headings of the file, by which it is recognised.",
                '["Booking date", "Details", "Amount"]',
                default_words="the columns that are named above",
            ),
        ),
    ),
    ConfigSection(
        "open_data",
        "Who publishes what by the standards IATI and 360Giving. Without it nothing is published"
        " by them. See docs/open-data.md.",
        (
            Setting(
                "country",
                "The country of the work (ISO 3166). Needed unless `region` is given.",
                '"PT"',
            ),
            Setting("region", "A wider region, by its number in the DAC list.", '"89"'),
            Setting(
                "sectors",
                "Sector codes of the work (OECD DAC) with percentages that sum to 100.",
                '{ "13040" = 60, "15160" = 40 }',
                needed=True,
            ),
            Setting(
                "languages",
                "The languages of the program's own words, beside the organisation's.",
                '["en", "fr"]',
                "[]",
            ),
            Setting(
                "withheld_because",
                "Why something is withheld: `safety`, `personal data`, `relations`, `commercial`"
                " or `law`.",
                '"personal data"',
                '"safety"',
            ),
            Setting(
                "work_plan",
                "Whether activities of the work-plan are published below the grants.",
                "true",
                "false",
            ),
            Setting(
                "giving_prefix",
                "The prefix that 360Giving has registered for the publisher.",
                '"360G-harbour"',
            ),
        ),
    ),
    ConfigSection(
        "open_data.reporter",
        "Who publishes: the group itself, or a host in its name.",
        _ORGANISATION,
    ),
    ConfigSection("open_data.group", "How the group appears.", _ORGANISATION),
    ConfigSection(
        "open_data.organisations.NAME",
        "How another organisation appears; NAME is its name in the workbook.",
        _ORGANISATION,
    ),
)

VARIABLES: tuple[tuple[str, str], ...] = (
    ("BUDGETTRACK_CONFIG", "The config file or its folder, instead of the first one upwards."),
    ("BUDGETTRACK_REGISTER", "The register's URL; wins over `[register] url`."),
    (
        "BUDGETTRACK_HOST_DATABASE",
        "The URL of a host's database, for planner or workers; wins over `[host] database`.",
    ),
    ("BUDGETTRACK_ADDRESS", "Another address of Google's services, while there is no config."),
    ("BUDGETTRACK_MAIL_PASSWORD", "The password of the mail server."),
    ("BUDGETTRACK_MAIL_PASSWORD_FILE", "A file with that password."),
    ("BUDGETTRACK_WEBHOOK_SECRET", "The secret that signs what `[deliver] webhook` gets."),
    ("BUDGETTRACK_WEBHOOK_SECRET_FILE", "A file with that secret."),
    ("BUDGETTRACK_PASSPHRASE", "The passphrase of `backup` and `unpack`."),
    ("BUDGETTRACK_PASSPHRASE_FILE", "A file with that passphrase."),
    (
        "BUDGETTRACK_KEY",
        "The group's key, instead of the file .budgettrack.key: for the hashes by which bank"
        " entries, contributors and readers of mail are known again.",
    ),
)
"""The environment variables that are used besides the file."""


def keys(section: str) -> tuple[str, ...]:
    """Returns the keys that a section may have."""
    return tuple(setting.key for setting in by_name(section).settings)


def by_name(name: str) -> ConfigSection:
    """Returns the declared section of that name. Raises KeyError if there is none."""
    for section in SECTIONS:
        if section.name == name:
            return section
    raise KeyError(name)


def top_level() -> tuple[str, ...]:
    """Returns the names at the top level of the file: of `open_data.organisations`, it is
    `open_data`."""
    return tuple(dict.fromkeys(section.name.partition(".")[0] for section in SECTIONS))
