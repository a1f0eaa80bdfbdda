"""Findings about the workbook and its plan. The tab *Checks* lists them."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

PLAN: Mapping[str, Code] = {
    # Data: the workbook
    "missing-tab": error(
        "data",
        "There is no tab {tab}.",
        "Add it, or give it back its name; its rows are as last read.",
    ),
    "duplicate-tab": error(
        "data",
        "More than one tab can be read as {tab}: {tabs}.",
        "Rename all but one; until then this table stays as last read.",
    ),
    "missing-heading": error(
        "data",
        "No column has the heading {heading}.",
        "Give the column back its heading; its values are as last read.",
    ),
    "missing-column": warning(
        "data",
        "No column has the heading {heading}.",
        "Add it if you use it; what it held stays as last read.",
    ),
    "duplicate-heading": error(
        "data",
        "The heading {heading} stands over more than one column ({columns}).",
        "Rename all but one; until then the column stays as last read.",
    ),
    "missing-value": error(
        "data", "{heading} is empty.", "Fill it in; until then this row is left out of the figures."
    ),
    "duplicate-id": warning(
        "data",
        "{id} is the ID of another row too.",
        "This row was taken as the copy and has the new ID {new}; check it.",
    ),
    "duplicate-key": error(
        "data", "There is another row for {id}.", "Keep one of them; this one is left out."
    ),
    "id-not-usable": error(
        "data",
        "This ID cannot be used: {why}.",
        "Type a short code such as B-1.2, or clear the cell.",
    ),
    "cell-error": error("data", "The cell shows {value}.", "Mend its formula, or type the value."),
    "formula-without-value": error(
        "data",
        "The formula here has no calculated value.",
        "Open the workbook in a spreadsheet program, let it calculate, and save it.",
    ),
    "volatile-formula": warning(
        "data",
        "This formula gives another value at every opening ({function}).",
        "Type the value instead.",
    ),
    "text-too-long": error(
        "data",
        "This text has {length} characters; a cell may have {most}.",
        "Shorten it, or move it to a document and put the link here.",
    ),
    "amount-not-a-number": error(
        "data", "{value} is not an amount.", "Type digits, such as 1200.50."
    ),
    "amount-ambiguous": error(
        "data",
        "{value} can be read as two amounts.",
        "Type it without a separator of thousands, such as 1200.50.",
    ),
    "amount-negative": error(
        "data",
        "The amount is below zero.",
        "Type it without the minus; money that came back is a row of its own, state refunded.",
    ),
    "amount-has-too-many-decimals": error(
        "data", "{value} has more decimals than {currency} has.", "Round it to what was paid."
    ),
    "amount-has-other-currency": error(
        "data",
        "{value} names another currency than the Currency cell ({currency}).",
        "Type the digits alone, and check the currency.",
    ),
    "number-not-readable": error(
        "data", "{value} is not a number.", "Type digits, such as 12 or 12.5."
    ),
    "percent-not-readable": error(
        "data", "{value} is not a percentage.", "Type it with its sign, such as 50%."
    ),
    "percent-ambiguous": error(
        "data", "{value} can mean {one} % or {other} %.", "Type it with its sign, such as {other}%."
    ),
    "date-not-readable": error(
        "data", "{value} is not a date.", "Type it as year-month-day, such as 2026-03-12."
    ),
    "date-ambiguous": error(
        "data",
        "{value} can be read as {one} or as {other}.",
        "Type it as year-month-day, such as {one}.",
    ),
    "date-out-of-range": error(
        "data", "{value} is far from every other date here.", "Check the year."
    ),
    "date-unlikely": warning(
        "data", "{value} is far from the dates of every grant.", "Check the year."
    ),
    "month-not-readable": error(
        "data", "{value} is not a month.", "Type it as year-month, such as 2026-03."
    ),
    "currency-unknown": error(
        "data", "{value} is not a currency.", "Type its three letters, such as EUR."
    ),
    "choice-unknown": error("data", "{value} is not one of: {choices}.", "Choose one of them."),
    "reference-unknown": error(
        "data", "There is no {value} in {tab}.", "Type an ID that is there, or add that row."
    ),
    "line-unknown": warning(
        "data",
        "There is no budget line {value}.",
        "Type an ID of the tab Budget; until then this is counted as unbudgeted.",
    ),
    "total-does-not-match": warning(
        "data",
        "This total says {value}, but the rows that it stands for sum to {sum}.",
        "Mend its formula.",
    ),
    "remaining-does-not-match": warning(
        "data",
        "This says that {value} is left, but amount less spent is {sum}.",
        "Mend it, or make it a formula.",
    ),
    # Sync
    "conflict": warning(
        "sync",
        "{heading} was changed here and in the register: here {sheet}, there {register}.",
        "Choose in Keep which one stands, or type the same on both sides.",
    ),
    "conflict-removed-here": warning(
        "sync",
        "This row was removed here and changed in the register.",
        "Choose in Keep which one stands.",
    ),
    "conflict-removed-there": warning(
        "sync",
        "This row was changed here and removed in the register.",
        "Choose in Keep which one stands.",
    ),
    "cell-protected": warning(
        "sync",
        "The register has another value for this protected cell.",
        "Lift the protection, or type {register}.",
    ),
    "edit-set-down": warning(
        "sync",
        "Somebody typed this into {heading} of {tab} while the sheet was being written, and its row"
        " is gone.",
        "Type it where it belongs, if it still does, and delete this row.",
    ),
    # Money
    "currency-missing": error(
        "money", "No currency is known for this amount.", "Type the currency, such as EUR."
    ),
    "line-overspent": warning(
        "money",
        "{spent} spent, {over} more than the whole line has.",
        "Check the expenses, or ask for a budget revision.",
    ),
    "nothing-available": warning(
        "money",
        "With what is committed, {over} more is promised than the line has.",
        "Check the commitments before paying more.",
    ),
    "variance-unexplained": warning(
        "money",
        "To the end of {month}, {spent} was spent of {budget}: {percent} % from the plan, the limit"
        " is {limit} %.",
        "Write into Explanation why, and whether it will even out.",
    ),
    "outside-grant-dates": warning(
        "money",
        "{date} is outside {grant}'s dates, {start} to {end}.",
        "Check the date and the line; the funder may refuse it.",
    ),
    "no-rate": error(
        "money",
        "There is no rate for {currency} in {month}.",
        "Add a row to Rates; until then what needs it is left out of the figures.",
    ),
    "lines-do-not-add-up": warning(
        "money",
        "The budget lines sum to {sum}; the award is {amount}.",
        "Correct the lines or the award.",
    ),
    "months-do-not-add-up": warning(
        "money",
        "The month columns sum to {sum}; the amount is {amount}.",
        "Correct the months or the amount.",
    ),
    "spending-unbudgeted": warning(
        "money",
        "{spent} of {grant} was spent on no budget line.",
        "Give these expenses their lines.",
    ),
    "money-before-award": warning(
        "money",
        "{spent} spent or ordered and {received} received stand on a grant that is {state}, and"
        " are in no total.",
        "Correct State, or give these rows the grant that pays.",
    ),
    "possible-duplicate": warning(
        "money",
        "This looks like {other} entered again ({why}).",
        "Remove one of them, or give each its own receipt.",
    ),
    "split-does-not-add-up": warning(
        "money",
        "The rows of this receipt sum to {sum}; it is {total}.",
        "Correct the amounts, or Receipt total.",
    ),
    "paid-in-future": warning(
        "money",
        "Paid on {date}, which is still to come.",
        "Correct the date, or set the state to committed.",
    ),
    "grant-in-deficit": warning(
        "money",
        "{spent} spent of {received} received: {over} has not come in yet.",
        "Ask for the instalment, or slow down.",
    ),
    "unspent-near-end": warning(
        "money",
        "{unspent} ({percent} %) is unspent, and the grant ends on {end}.",
        "Plan it, or ask for more time.",
    ),
    "revision-without-reason": warning(
        "money",
        "{approved} was approved, and the amount is {revised} now.",
        "Write into Reason for revision why, or set the amount back.",
    ),
    "revision-beyond-limit": warning(
        "money",
        "{moved} ({percent} %) was moved, more than the rules of {profile} let you without asking.",
        "Ask the funder before it is spent, or set the amount back.",
    ),
    # Work
    "activity-overdue": warning(
        "work", "It was to end on {end} and is {status}.", "Update its status, or move its end."
    ),
    "end-before-start": warning(
        "work", "It ends on {end}, before it starts on {start}.", "Correct one of the dates."
    ),
    "done-without-100": warning(
        "work", "It is done, and % done says {done} %.", "Set % done to 100%, or the status back."
    ),
    "spending-before-start": warning(
        "work",
        "Money was spent on it from {date}; it starts on {start}.",
        "Correct the start, or the expense's date or line.",
    ),
    "activity-without-money": warning(
        "work",
        "It starts on {start}, and neither a budget line nor a resource is there for it.",
        "Give it a line or a resource, or move its start.",
    ),
    "milestone-not-reached": warning(
        "work",
        "The milestone was due on {end}; {achieved} of {target} is achieved.",
        "Update Achieved, or write into the progress note what holds it up.",
    ),
    # Promises
    "report-due": warning(
        "promises",
        "{what} is due on {due}.",
        "Prepare it; type the date into Done on when it is sent.",
    ),
    "report-overdue": warning(
        "promises",
        "{what} was due on {due}.",
        "Send it, or agree on another date; type into Done on when it is sent.",
    ),
    "grant-ends": warning(
        "promises", "The grant ends on {end}.", "Plan what follows, and close its commitments."
    ),
    "agreement-review": warning(
        "promises",
        "The agreement was to be reviewed on {date}.",
        "Review it, and set the next date.",
    ),
    "resource-lapses": warning(
        "promises", "It is ours until {until}.", "Renew it, or set its state to returned."
    ),
    # Reports
    "profile-unknown": warning(
        "reports",
        "{value} is no profile that can be used.",
        "Type the name of one (budgettrack profiles lists them), or clear the cell for the usual"
        " one.",
    ),
    "not-mapped": warning(
        "reports",
        "This line is in none of the categories of the profile {profile}.",
        "Map it in the profile; until then it stands in a row of its own, and no summary can be"
        " final.",
    ),
    "reported-changed": warning(
        "reports",
        "For {period}, {was} was reported as spent, and now it is {now}.",
        "If it is right, the next summary shows it as an adjustment; else correct the expense.",
    ),
    "summary-waits": warning(
        "reports",
        "{month} is not closed, and the summaries of {grants} wait for it.",
        "When every row of the month is in, type the day here; the next run sends them.",
    ),
    "summary-held-back": warning(
        "reports",
        "The summary for {month} was not sent: {why}",
        "Mend that; the next run sends it.",
    ),
    "page-held-back": warning(
        "reports",
        "The public report of {month} was not sent: {why}",
        "Mend that; the next run sends it.",
    ),
    # Privacy
    "personal-detail-published": warning(
        "privacy",
        "This cell is published and holds what looks like {what}.",
        "Take it out. The public page holds this text back until then; whoever can open this"
        " workbook reads it.",
    ),
}
