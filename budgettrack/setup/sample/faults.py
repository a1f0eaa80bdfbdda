"""The faults of the sample: each mistake that was put in on purpose, and the findings that it
must cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from budgettrack.core.records.model import Fields
from budgettrack.setup.sample.spending import LACKING
from budgettrack.workbook.xlsx.layout import Formula

SAMPLE_DAY = date(2026, 11, 2)
"""The day of the sample, for all its checks. It is just after its last expenses."""

TRY = ("B-15", "900", "700")
"""A budget line, its correct amount, and the wrong amount that the sample has on purpose."""


class Fault(Struct, frozen=True):
    """One fault that was put in on purpose.

    `words`: what somebody did wrong. `findings`: the findings that it causes, as (code, table,
    ID or place, field). `edits`: changed fields of records, as (table, ID, field, new text).
    `raw`: texts of cells, in the same form. `extra`: additional rows. `without`: rows that are
    left out, as (table, ID)."""

    words: str
    findings: tuple[tuple[str, str, str, str], ...]
    edits: tuple[tuple[str, str, str, str], ...] = ()
    raw: tuple[tuple[str, str, str, str | Formula], ...] = ()
    extra: tuple[tuple[str, Fields], ...] = ()
    without: tuple[tuple[str, str], ...] = ()


def _serial(day: date) -> int:
    """Return the number by which a spreadsheet stores a day."""
    return (day - date(1899, 12, 30)).days


FAULTS: tuple[Fault, ...] = (
    # Faults of single cells
    Fault(
        "The Amount is blank.",
        (("missing-value", "expenses", "E-374", "amount"),),
        edits=(("expenses", "E-374", "amount", ""),),
    ),
    Fault(
        "A row was copied with its ID, so that E-643 is there twice and E-644 is not.",
        (("duplicate-id", "expenses", "E-701", "id"),),
        raw=(("expenses", "E-644", "id", "E-643"),),
    ),
    Fault(
        "A second rate was typed for a month and currency.",
        (("duplicate-key", "rates", "2026-05 GBP", "month"),),
        extra=(("rates", {"month": "2026-05", "currency": "GBP", "rate": "0.869"}),),
    ),
    Fault(
        "The ID has brackets.",
        (("id-not-usable", "resources", "'Resources'!A22", "id"),),
        raw=(("resources", "R-21", "id", "R-[21]"),),
    ),
    Fault(
        "The formula of a unit cost lost the cell that it pointed to.",
        (("cell-error", "budget", "B-23", "unit_cost"),),
        raw=(("budget", "B-23", "unit_cost", Formula("=#REF!/20", "#REF!")),),
    ),
    Fault(
        "A formula that no program has calculated yet.",
        (("formula-without-value", "expenses", "E-301", "amount"),),
        raw=(("expenses", "E-301", "amount", Formula("=10.25+22.2")),),
    ),
    Fault(
        "The review date is always half a year from today.",
        (("volatile-formula", "resources", "R-22", "review_on"),),
        raw=(
            ("resources", "R-22", "review_on", Formula("=TODAY()+180", _serial(SAMPLE_DAY) + 180)),
        ),
    ),
    Fault(
        "Nobody has said how many people this line pays.",
        (("people-paid-missing", "budget", "B-13", "people_paid"),),
        edits=(("budget", "B-13", "people_paid", ""),),
    ),
    Fault(
        "A whole diary was pasted into the internal note.",
        (("text-too-long", "work_plan", "A-36", "internal_note"),),
        raw=(
            (
                "work_plan",
                "A-36",
                "internal_note",
                "What the street team saw, night after night. " * 240,
            ),
        ),
    ),
    Fault(
        "The last digit of the amount is the letter O.",
        (("amount-not-a-number", "expenses", "E-197", "amount"),),
        raw=(("expenses", "E-197", "amount", "68.9O"),),
    ),
    Fault(
        "The amount was typed with a minus.",
        (("amount-negative", "expenses", "E-406", "amount"),),
        raw=(("expenses", "E-406", "amount", "-139.25"),),
    ),
    Fault(
        "The amount has half a cent.",
        (("amount-has-too-many-decimals", "expenses", "E-407", "amount"),),
        edits=(("expenses", "E-407", "amount", "98.225"),),
    ),
    Fault(
        "The amount says euros, the Currency cell pounds.",
        (("amount-has-other-currency", "expenses", "E-339", "amount"),),
        edits=(("expenses", "E-339", "currency", "GBP"),),
        raw=(("expenses", "E-339", "amount", "€72.90"),),
    ),
    Fault(
        "The amount has a dollar sign, and no Currency says of which country.",
        (("currency-missing", "expenses", "E-556", "amount"),),
        raw=(("expenses", "E-556", "amount", "$66.40"),),
    ),
    Fault(
        "The target is in words.",
        (("number-not-readable", "indicators", "N-20", "target"),),
        raw=(("indicators", "N-20", "target", "sixty"),),
    ),
    Fault(
        "The percentage is in words.",
        (("percent-not-readable", "work_plan", "A-46", "done"),),
        raw=(("work_plan", "A-46", "done", "two thirds"),),
    ),
    Fault(
        "The percentage is the text 0.55, which can mean 0.55 % or 55 %.",
        (("percent-ambiguous", "work_plan", "A-41", "done"),),
        raw=(("work_plan", "A-41", "done", "0.55"),),
    ),
    Fault(
        "The review date is in words.",
        (("date-not-readable", "resources", "R-7", "review_on"),),
        raw=(("resources", "R-7", "review_on", "next spring"),),
    ),
    Fault(
        "The date is the text 11/07/2026: July or November.",
        (("date-ambiguous", "expenses", "E-473", "date"),),
        raw=(("expenses", "E-473", "date", "11/07/2026"),),
    ),
    Fault(
        "Two digits of the year changed places.",
        (("date-unlikely", "expenses", "E-611", "date"),),
        edits=(("expenses", "E-611", "date", "2062-09-11"),),
    ),
    Fault(
        "The year has its digits in another order.",
        (("date-out-of-range", "deadlines", "D-5", "due"),),
        raw=(("deadlines", "D-5", "due", "2207-02-20"),),
    ),
    Fault(
        "The month has no year.",
        (("month-not-readable", "months", "'Months'!A16", "month"),),
        extra=(("months", {"month": "2026-11"}),),
        raw=(("months", "2026-11", "month", "November"),),
    ),
    Fault(
        "UKP is not a currency.",
        (("currency-unknown", "expenses", "E-326", "currency"),),
        raw=(("expenses", "E-326", "currency", "UKP"),),
    ),
    Fault(
        "A way of valuing that is not in the list.",
        (("choice-unknown", "resources", "R-11", "valued_by"),),
        raw=(("resources", "R-11", "valued_by", "guess"),),
    ),
    Fault(
        "There is no such grant.",
        (("reference-unknown", "deadlines", "D-4", "grant"),),
        edits=(("deadlines", "D-4", "grant", "G-8"),),
    ),
    Fault(
        "There is no such budget line.",
        (("line-unknown", "expenses", "E-499", "budget_line"),),
        edits=(("expenses", "E-499", "budget_line", "B-77"),),
    ),
    # Money
    Fault(
        "The line's amount was lowered by 200: it is overspent, the lines of G-1 are 200 below the"
        " award, and the subtotal below them still says the old sum.",
        (
            ("line-overspent", "budget", TRY[0], "amount"),
            ("lines-do-not-add-up", "grants", "G-1", "amount"),
            ("total-does-not-match", "budget", "'Budget'!I29", "amount"),
        ),
        edits=(("budget", TRY[0], "amount", TRY[2]),),
    ),
    Fault(
        "Remaining was typed over and is not what is left.",
        (("remaining-does-not-match", "budget", "B-2", "remaining"),),
        edits=(("budget", "B-2", "remaining", "85"),),
    ),
    Fault(
        "An order of 410 was typed as 4100, more than its line has left.",
        (("nothing-available", "budget", "B-28", "amount"),),
        edits=(("expenses", "E-674", "amount", "4100"),),
    ),
    Fault(
        "The explanation of the variance was deleted.",
        (("variance-unexplained", "budget", "B-11", "explanation"),),
        edits=(("budget", "B-11", "explanation", ""),),
    ),
    Fault(
        "Paid three days after the grant had ended.",
        (("outside-grant-dates", "expenses", "E-114", "date"),),
        edits=(
            ("expenses", "E-114", "date", "2026-03-03"),
            ("expenses", "E-114", "paid_on", "2026-03-03"),
        ),
    ),
    Fault(
        "The rate of the dollar is missing for February 2026, and one expense needs it.",
        (("no-rate", "expenses", "E-173", "date"),),
        without=(("rates", " ".join(LACKING)),),
    ),
    Fault(
        "One month column has 100 too much.",
        (("months-do-not-add-up", "budget", "B-9", "amount"),),
        edits=(("budget", "B-9", "2026-05", "680"),),
    ),
    Fault(
        "An expense of the grant has no line.",
        (("spending-unbudgeted", "grants", "G-1", "id"),),
        edits=(("expenses", "E-599", "budget_line", ""), ("expenses", "E-599", "grant", "G-1")),
    ),
    Fault(
        "The receipt of E-574 was entered again two days later.",
        (("possible-duplicate", "expenses", "E-579", "amount"),),
        edits=(
            ("expenses", "E-579", "amount", "143.25"),
            ("expenses", "E-579", "receipt", "2026/0574"),
        ),
    ),
    Fault(
        "Paid on a day that is still to come.",
        (("paid-in-future", "expenses", "E-693", "paid_on"),),
        edits=(("expenses", "E-693", "paid_on", "2026-11-27"),),
    ),
    Fault(
        "The second instalment has not come, and the money of the first is spent.",
        (
            ("grant-in-deficit", "grants", "G-2", "id"),
            ("instalment-late", "income", "I-12", "date"),
        ),
        edits=(("income", "I-12", "state", "expected"),),
    ),
    Fault(
        "The extension of G-3 was taken back: it ends this year, with money left.",
        (("grant-ends", "grants", "G-3", "end"), ("unspent-near-end", "grants", "G-3", "end")),
        edits=(("grants", "G-3", "end", "2026-12-31"),),
    ),
    # Work
    Fault(
        "Its end has passed, and it is still under way.",
        (("activity-overdue", "work_plan", "A-28", "end"),),
        edits=(("work_plan", "A-28", "status", "under way"), ("work_plan", "A-28", "done", "90")),
    ),
    Fault(
        "It ends before it starts.",
        (("end-before-start", "work_plan", "A-60", "end"),),
        edits=(("work_plan", "A-60", "end", "2027-01-28"),),
    ),
    Fault(
        "Done, and 80 %.",
        (("done-without-100", "work_plan", "A-42", "done"),),
        edits=(("work_plan", "A-42", "done", "80"),),
    ),
    Fault(
        "Done with 61 people trained instead of 90.",
        (("milestone-not-reached", "indicators", "N-15", "achieved"),),
        edits=(("indicators", "N-15", "achieved", "61"),),
    ),
    Fault(
        "The kits have lost their unit.",
        (("indicator-without-unit", "indicators", "N-2", "unit"),),
        edits=(("indicators", "N-2", "unit", ""),),
    ),
    Fault(
        "Somebody typed a running number beside the months, and it is another one.",
        (("achieved-does-not-add-up", "indicators", "N-1", "achieved"),),
        edits=(("indicators", "N-1", "achieved", "1700"),),
    ),
    Fault(
        "Two digits too many: 164 cards became 16400.",
        (("achieved-far-above-target", "indicators", "N-5", "achieved"),),
        edits=(("indicators", "N-5", "achieved", "16400"),),
    ),
    Fault(
        "The start was moved to June, and money was spent on it from March.",
        (("spending-before-start", "work_plan", "A-36", "start"),),
        edits=(("work_plan", "A-36", "start", "2026-06-01"),),
    ),
    Fault(
        "The room that was there for it (R-6) no longer names it.",
        (("activity-without-money", "work_plan", "A-48", "id"),),
        edits=(("resources", "R-6", "activity", ""),),
    ),
    # Promises
    Fault(
        "The next report is not ticked off.",
        (("report-due", "deadlines", "report:G-1:2026-Q3", "due"),),
        edits=(("deadlines", "report:G-1:2026-Q3", "done_on", ""),),
    ),
    Fault(
        "A report that was due in September is not ticked off.",
        (("report-overdue", "deadlines", "report:G-2:2026-06..2026-08", "due"),),
        edits=(("deadlines", "report:G-2:2026-06..2026-08", "done_on", ""),),
    ),
    Fault(
        "Nobody has written yet what changes after the summer.",
        (("narrative-missing", "deadlines", "report:G-2:2026-06..2026-08", "due"),),
        edits=(("narratives", "NR-2", "change", ""),),
    ),
    Fault(
        "The loan of the van must be reviewed in two weeks.",
        (("agreement-review", "resources", "R-10", "review_on"),),
        edits=(("resources", "R-10", "review_on", "2026-11-16"),),
    ),
    Fault(
        "The answer to the application for the drop-in is late.",
        (("decision-late", "grants", "G-4", "decision_on"),),
        edits=(("grants", "G-4", "decision_on", "2026-10-20"),),
    ),
    Fault(
        "The annual report repeats without an end.",
        (("repeat-without-end", "deadlines", "D-7", "repeats"),),
        edits=(("deadlines", "D-7", "repeats_until", ""),),
    ),
    Fault(
        "The review of the agreement with the host has passed.",
        (("agreement-review-overdue", "agreements", "AG-1", "review_on"),),
        edits=(("agreements", "AG-1", "review_on", "2026-10-20"),),
    ),
    Fault(
        "A lot of naloxone ends in January, and some of it is left.",
        (("lot-ends-soon", "lots", "L-2", "expiry"),),
        edits=(("lots", "L-2", "expiry", "2027-01-15"),),
    ),
    Fault(
        "Somebody typed where the outlet is, in the place of its code.",
        (("to-is-no-code", "handed_out", "H-25", "to"),),
        raw=(("handed_out", "H-25", "to", "2 Pier Street"),),
    ),
    Fault(
        "The outlet O-3 used more of a lot than it was given.",
        (("outlet-has-less", "handed_out", "H-20", "quantity"),),
        edits=(("handed_out", "H-20", "quantity", "14"),),
    ),
    Fault(
        "Nobody agreed how the cooperation with the legal clinic ends.",
        (("agreement-without-end", "agreements", "AG-5", "until"),),
        edits=(("agreements", "AG-5", "ending", ""),),
    ),
    Fault(
        "The kitchen things go back this month.",
        (("resource-lapses", "resources", "R-13", "until"),),
        edits=(("resources", "R-13", "until", "2026-11-20"),),
    ),
    # Privacy
    Fault(
        "The progress note, which is published, has an e-mail address.",
        (("personal-detail-published", "work_plan", "A-47", "progress_note"),),
        edits=(
            (
                "work_plan",
                "A-47",
                "progress_note",
                "The community concert paid for winter coats. Ask peer@harbour-peers.example.",
            ),
        ),
    ),
)


class Planted(Struct, frozen=True):
    """A finding that the sample must have. `words` describes the fault that causes it."""

    code: str
    table: str
    id: str
    field: str
    words: str


PLANTED: tuple[Planted, ...] = tuple(
    Planted(*found, fault.words) for fault in FAULTS for found in fault.findings
)

NOT_PLANTED: Mapping[str, str] = {
    "missing-tab": "Without a tab the sample could not show any fault of its table.",
    "duplicate-tab": (
        "If two tabs have the same name, neither is read. The other faults of that table would be"
        " hidden."
    ),
    "missing-heading": "Without a required heading its whole column is not read.",
    "missing-column": (
        "Without a heading its whole column is not read. To see it, delete any other heading."
    ),
    "duplicate-heading": "If two columns have the same heading, neither is read.",
    "reference-unclear": "The sample has IDs there. To see it, misspell a funder in Grant.",
    "line-of-other-grant": "The sample has no Grant beside a line. To see it, type one.",
    "line-unclear": "The sample has IDs there. To see it, misspell a description.",
    "amount-ambiguous": (
        "In an English workbook 1,200 and 1.200 have one meaning each. Only a workbook in another"
        " language can show it."
    ),
    "heading-without-year": (
        "Only the columns of months in a workbook of another shape may lack their year."
    ),
    "heading-not-a-month": "All months of the sample are right. To see it, type 2026-13 over one.",
    "period-not-read": "Only the columns of months in a workbook of another shape may be so.",
    "below-total": "Only below the total of a mapped table may rows be told so.",
    "counted-below-total": "Only below the total of a mapped table may rows be told so.",
    "left-out-by-where": "Only a mapped table has a column that says which rows are meant.",
    "may-be-line": "Only in a mapped table may a text alone be the heading of a group.",
    "nearly-total": (
        "A row with an ID is surely no total. To see it, type the sum of all Amounts of the tab"
        " Expenses and a cent below them, with any words."
    ),
    "taken-for-carried": (
        "To see it, type a date, Saldo in Reference and an amount into the last row of Income,"
        " without an ID."
    ),
    "money-may-be-moved": (
        "Only in a workbook of another shape may a tab have payments and receipts."
    ),
    "total-of-currencies": (
        "To see it, type Total and the sum of all Amounts below the Expenses, whatever their"
        " currency."
    ),
    "total-counted": "To see it, type Total and any amount below the Expenses, with a date.",
    "carried-not-counted": (
        "To see it, type Brought forward and an amount into the first row of Expenses, without an"
        " ID."
    ),
    "tabs-read-together": "Only a mapped table may have several tabs.",
    "month-not-read": "Only a mapped table may have several tabs.",
    "struck-through": "To see it, strike through the text of a row of Expenses.",
    "transfer-counted": "To see it, type *Cash withdrawal* as the description of a payment.",
    "cancelled-counted": "To see it, type *(cancelled)* behind the description of a payment.",
    "may-be-total": (
        "A row in a tab of ours has an ID after its first sync, and is then surely no total. To see"
        " it, put the formula =SUM(I5:I6) into the Amount of I7 in the tab Budget."
    ),
    "taken-for-total": "To see it, type the sum of all Amounts of the tab Expenses below them.",
    "amount-rounded": "To see it, type =100/3 into the Amount of any expense.",
    "number-negative": "To see it, type -1 into Report within (days) of any grant.",
    "number-not-whole": "To see it, type 1.5 into People paid of any budget line.",
    "rate-not-above-zero": (
        "Without its rate, a month's money would be left out. To see it, type 0 into any Rate."
    ),
    "percent-above-100": "To see it, type 150% into Host fee % of any grant.",
    "rate-of-base-currency": "To see it, add the sample's own currency to Rates, with a rate of 2.",
    "repeat-not-readable": "To see it, type now and then into Repeats of D-7.",
    "repeat-never-falls": "To see it, type a day of 2025 into Repeats until of D-7.",
    "application-due": "To see it, set G-4 to prospect and type 2026-11-25 into Apply by.",
    "application-late": "To see it, set G-4 to prospect and type a day of 2025 into Apply by.",
    "application-without-budget": (
        "To see it, add a grant that is a prospect, with 2026-11-10 in Apply by."
    ),
    "next-step-due": "To see it, type 2026-11-20 into Next step due of G-1.",
    "more-handed-out": "To see it, type 40 into Quantity of H-24.",
    "given-to-nobody": "To see it, clear To of H-24.",
    "handed-out-expired": "To see it, type a day of 2025 into Expiry of L-1.",
    "lot-expired": "To see it, type a day of October into Expiry of L-2.",
    "supplies-run-out": "To see it, type 30 into Quantity of L-3.",
    "lot-without-expiry": "To see it, clear Expiry of L-6.",
    "lot-other-unit": "To see it, type boxes into Unit of L-3.",
    "batch-expiries-differ": "To see it, type NX26-0102 into Batch of L-2.",
    "lot-twice": "To see it, copy the row of L-6 and clear the ID of the copy.",
    "supplies-in-future": "To see it, type a day of 2027 into Received on of L-3.",
    "return-late": "To see it, type returned to funder into Kind of I-12.",
    "agreement-notice": "To see it, type 280 into Notice (days) of AG-3.",
    "agreement-ends": "To see it, clear Notice (days) of AG-4 and let it end this month.",
    "agreement-over": "To see it, type a day of last year into Until of AG-4.",
    "agreement-review-after-end": "To see it, type a day of 2028 into Review on of AG-2.",
    "agreement-notice-too-long": "To see it, type 9999 into Notice (days) of AG-3.",
    "grant-agreed-twice": "To see it, type G-1 into Grant of AG-2 and of AG-3.",
    "indicator-in-work-plan": (
        "Only workbooks of before the tab Indicators have such a column. The sync moves it."
    ),
    "achieved-fell": (
        "It needs a register in which a month was closed. To see it, type a smaller number into"
        " Achieved to date after a month was closed and synced."
    ),
    "deadline-due": "To see it, type 2026-11-20 into Due of D-2.",
    "deadline-overdue": "To see it, type 2026-10-20 into Due of D-2.",
    "narrative-text-twice": "To see it, copy the row of NR-1 and clear the ID of the copy.",
    "narrative-of-no-period": "To see it, type 2026-Q5 into Period of NR-1.",
    "personal-detail-in-narrative": "To see it, type an e-mail address into any text of NR-1.",
    **dict.fromkeys(
        (
            "payment-differs",
            "payment-not-received",
            "payment-not-noted",
            "return-differs",
            "fee-differs",
            "fee-rule-differs",
            "fee-as-income",
            "host-answer-damaged",
            "host-answer-for-another",
            "host-answer-of-another",
            "host-answer-not-signed",
            "host-answer-without-key",
            "host-payment-differs",
            "host-payment-missing",
            "host-payment-unknown",
            "host-return-differs",
            "host-fee-differs",
            "host-fee-rule-differs",
            "host-answer-older",
            "host-answer-to-come",
            "host-grant-not-found",
            "given-not-found",
            "money-without-given",
            "held-twice",
            "given-beyond-grant",
            "call-overdrawn",
            "given-beyond-limit",
            "group-report-overdue",
            "paid-beyond-amount",
            "paid-not-promised",
            "group-needs-somebody",
            "group-in-deficit",
            "statement-old",
            "group-lot-expired",
            "group-lot-ends",
            "public-key-twice",
            "recipient-unclear",
            "paid-before-report",
            "payment-incomplete",
            "payment-without-cost",
            "payment-twice",
            "payment-in-two-tabs",
            "instalment-waits",
            "given-without-end",
            "given-ends",
        ),
        "Only a host hands money on. To see some of them: budgettrack demo --host.",
    ),
    "conflict": "It needs a register that was changed too. At the first sync there is none.",
    "conflict-removed-here": "It needs a register that was changed too.",
    "conflict-removed-there": "It needs a register in which a row was removed.",
    "cell-protected": "It needs a register with another value for the protected cell.",
    "profile-unknown": (
        "One grant would then be reported by the usual profile. To see it, type any word into"
        " Profile."
    ),
    "not-mapped": "The sample's grants have profiles that use the budget lines as they are.",
    "reported-changed": "It needs a final summary, and a later change of its figures.",
    "money-before-award": (
        "The grant that is applied for would need an expense. To see it, give any expense the"
        " grant G-4."
    ),
    "grant-without-rate": (
        "One grant's money would be in no total. To see it, delete both its Budget rate and the"
        " rows of its currency in Rates."
    ),
    "split-does-not-add-up": "It needs the optional column Receipt total. The sample has none.",
    "refund-above-expense": (
        "What was spent would be too low. To see it, type an amount above the expense into a row"
        " that is refunded."
    ),
    "fee-beyond-kept": "To see it, choose host fee as the Kind of any row of Income.",
    "fee-as-expense": "It needs a grant with Host fee %, and an expense of exactly this fee.",
    "refund-of-itself": "To see it, type the ID of any expense into its own Refund of.",
    "refund-of-another-line": (
        "Two lines would be wrong. To see it, choose another Budget line in a row that is refunded."
    ),
    "refund-before-payment": (
        "To see it, type a day of 2025-01 into Date and Paid on of a row that is refunded."
    ),
    "split-of-itself": "To see it, type the ID of any expense into its own Split of.",
    "expenses-in-circle": ("To see it, choose two rows of Expenses in the Split of of each other."),
    "received-in-future": "To see it, choose received as the State of a row that is expected.",
    "payment-in-future": "It needs a host. To see it, type a day to come into Paid on.",
    "state-contradicts": (
        "To see it, choose the State paid in a row that is refunded, or committed in a row with"
        " Paid on."
    ),
    "revision-without-reason": "It needs a change of an amount after its grant became active.",
    "revision-beyond-limit": (
        "It needs such a change, and a funder with a limit on changes of the budget."
    ),
    "award-not-told": "It needs a published grant that pays one or two people alone.",
    "lines-without-amount": (
        "Lines would have neither grant nor amount. To see it, type a Category alone into a new row"
        " of Budget."
    ),
    "people-paid-missing-often": "More than five budget lines would lack their People paid.",
    "summary-waits": "It needs a recipient of a funder's mail. The sample has none.",
    "summary-held-back": "It needs a recipient of a funder's mail. The sample has none.",
    "page-held-back": "It needs a config in which a finding is blocking.",
    "first-month-waits": (
        "The first pages would wait. To see it, type 2016 as the year of any expense's date."
    ),
    "grant-withdrawn": "It needs a grant that was withdrawn from the public pages.",
    "new-name-withdrawn": "It needs a category that was withdrawn and then renamed.",
    "edit-set-down": "It needs somebody who edits an online sheet in the same second as a sync.",
    "list-of-people": "The sample holds no list of people, not even an invented one.",
    "personal-column": "To see it, type Contact person as the heading of a column of Agreements.",
    "story-without-consent": "To see it, clear Consent on of ST-1.",
    "story-picture-without-words": "To see it, clear Picture shows (published) of ST-1.",
    "story-picture-missing": "To see it, type beach.png into Picture of ST-1.",
    "story-picture-elsewhere": "To see it, type ../pier.png into Picture of ST-1.",
    "story-picture-too-large": (
        "To see it, put a picture of more than 20 MB into the folder of pictures, and type its name"
        " into Picture of ST-1."
    ),
    "story-picture-not-readable": (
        "To see it, put any other file into the folder of pictures, and type its name into Picture"
        " of ST-1."
    ),
    "story-withdrawn": (
        "To see it, run budgettrack withdraw story ST-1, and type yes into its Publish again."
    ),
    "pictures-not-installed": "It is there where the extra pictures is not installed.",
}
"""The codes of findings that the sample does not show, each with the reason."""
