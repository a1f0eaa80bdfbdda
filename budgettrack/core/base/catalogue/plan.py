"""The findings about the workbook and the plan that is read from it. The tab *Checks* lists
them."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

PLAN: Mapping[str, Code] = {
    # Data: the workbook
    "missing-tab": error(
        "data",
        "There is no tab {tab}.",
        "Add the tab, or give it back its name. Until then, its rows count as they were last read.",
    ),
    "duplicate-tab": error(
        "data",
        "More than one tab can be read as {tab}: {tabs}.",
        "Rename all but one. Until then, this table counts as it was last read.",
    ),
    "missing-heading": error(
        "data",
        "No column has the heading {heading}.",
        "Give the column back its heading. Until then, its values count as they were last read.",
    ),
    "missing-column": warning(
        "data",
        "No column has the heading {heading}.",
        "Add the column if you use it. Its values count as they were last read.",
    ),
    "duplicate-heading": error(
        "data",
        "The heading {heading} stands over more than one column ({columns}).",
        "Rename all but one. Until then, the column counts as it was last read.",
    ),
    "missing-value": error(
        "data",
        "{heading} is empty.",
        "Fill it in; until then this row is left out of the figures.",
        "Cells that must be filled: {number}",
    ),
    "lines-without-amount": warning(
        "data",
        "Budget lines without an amount: {lines}. This is the first one.",
        "Type Grant and Amount of each line that you need, and delete the others. Until then they"
        " are in no figure.",
    ),
    "duplicate-id": warning(
        "data",
        "{id} is the ID of another row too.",
        "This row was taken as the copy and has the new ID {new}. If both rows mean the same,"
        " delete this one; else nothing is left to do.",
    ),
    "duplicate-key": error(
        "data",
        "Row {row} is for {id} too.",
        "Delete one of the two rows; until then, this one is left out.",
    ),
    "id-not-usable": error(
        "data",
        "This ID cannot be used: {why}.",
        "Type a short code such as B-1.2, or clear the cell.",
    ),
    "cell-error": error(
        "data",
        "The cell shows {value}.",
        "Correct its formula, or type the value.",
    ),
    "formula-without-value": error(
        "data",
        "The formula here has no calculated value.",
        "Open the workbook in a spreadsheet program and save it there, or type the value.",
    ),
    "volatile-formula": warning(
        "data",
        "This formula changes each time the workbook is opened ({function}).",
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
        "Type it without the minus sign. Money that came back is a row of its own: in Expenses with"
        " State refunded, in Income with Kind returned to funder, in Instalments with Direction"
        " back from the group.",
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
    "number-negative": error("data", "{value} is below zero.", "Type it without the minus sign."),
    "number-not-whole": error(
        "data", "{value} is not a whole number.", "Type a whole number, such as 0 or 3."
    ),
    "rate-not-above-zero": error(
        "data",
        "{value} cannot be a rate: a rate is above zero.",
        "Type the units of the currency for one of the base currency, such as 1.25.",
    ),
    "percent-above-100": error(
        "data",
        "{value} is more than 100 %.",
        "Type a percentage from 0% to 100%.",
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
        "data", "{value} is not in the years 1990 to 2100.", "Correct the year."
    ),
    "date-unlikely": warning(
        "data", "{value} is far from the dates of every grant.", "Correct the year."
    ),
    "month-not-readable": error(
        "data", "{value} is not a month.", "Type it as year-month, such as 2026-03."
    ),
    "currency-unknown": error(
        "data", "{value} is not a currency.", "Type its three letters, such as EUR, GBP or USD."
    ),
    "choice-unknown": error("data", "{value} is not one of: {choices}.", "Choose one of them."),
    "to-is-no-code": error(
        "privacy",
        "What stands here is no code. It may be a person, a place or an address, so it is not"
        " kept. The row counts as it was last read; a new row is not counted.",
        "Type a short code with a number: in To that of the outlet or the group, such as O-2; in"
        " Lot the ID of the lot, such as L-3, or its batch.",
    ),
    "reference-unknown": error(
        "data",
        "{value} is not in {tab}.",
        "Type the ID or the name of a row that is there, or add that row.",
    ),
    "reference-unclear": error(
        "data",
        "{value} does not name one row of {tab} alone. It could be {ids}.",
        "Type the ID of the row that is meant.",
    ),
    "line-unknown": warning(
        "data",
        "{value} is not a budget line.",
        "Type an ID or a description of the tab Budget; until then this is counted as unbudgeted.",
        "Expenses whose line is not known: {number}",
    ),
    "line-unclear": warning(
        "data",
        "{value} does not name one budget line alone. It could be {ids}.",
        "Type the ID of the line that is meant; until then this is counted as unbudgeted.",
    ),
    "line-of-other-grant": warning(
        "data",
        "{line} is a line of {of_line}, but Grant says {grant}. It is counted for {of_line}.",
        "Choose a line of {grant}, or empty the cell Grant.",
    ),
    "total-does-not-match": warning(
        "data",
        "This total is {value}, but its rows sum to {sum}.",
        "If the rows are right, type {sum}, or a formula that adds them up.",
    ),
    "tabs-read-together": warning(
        "data",
        "The tab {tab} is read together with the tabs of other months: {tabs}.",
        "Name them all under tabs in the config, or only those that you mean.",
    ),
    "month-not-read": error(
        "data",
        "The tab {tab} is read, and the tabs of other months are not: {tabs}.",
        "Name them in the config, as the tab of the month before. Until then, no figure has them.",
    ),
    "struck-through": warning(
        "data",
        "This row is struck through, and it is counted.",
        "If it no longer counts, delete the row. If it does, take the line off its text.",
    ),
    "cancelled-counted": warning(
        "data",
        "A word in this row says that it is cancelled, and it is counted.",
        "If it no longer counts, delete the row or its amount. If it does, take out the word.",
    ),
    "amount-rounded": warning(
        "data",
        "This formula gives {value}; it is counted as {amount}.",
        "Put ROUND around the formula, so that everybody sees the same amount.",
    ),
    "heading-without-year": warning(
        "data",
        "The heading {heading} does not say its year, so its column is not read.",
        "Type the year in it, such as Jan 2026, or in the title of the tab.",
    ),
    "heading-not-a-month": warning(
        "data",
        "The heading {heading} looks like a month or a longer period, but is not read as a month."
        " The figures below it count nowhere.",
        "Type it as Jan 2026 or 2026-01. If it is a column of your own, add a word to its heading.",
    ),
    "period-not-read": warning(
        "data",
        "The heading {heading} looks like a month or a longer period, but cannot be read as one."
        " Its column is not read.",
        "Type it as Jan 2026, Q1 2026, H1 2026 or 2026, or map it.",
    ),
    "total-counted": warning(
        "data",
        "This row says that it is a total, but its figure is not the sum of its neighbours. It is"
        " counted.",
        "If it is a total, correct it. If not, type what the money was for.",
    ),
    "carried-not-counted": warning(
        "data",
        "This sum was carried over from an earlier page or year, and is not counted.",
        "If it is money that you had already, type it as a row of its own, with other words.",
    ),
    "taken-for-carried": warning(
        "data",
        "This row is taken for a sum carried from another page, and is not counted.",
        "If the money was received here, type what it was for, such as Last part of the grant.",
    ),
    "may-be-total": warning(
        "data",
        "This figure is the sum of rows {first} to {last}: if the row is their total, it is counted"
        " twice.",
        "If it is a total, type Total in this row.",
    ),
    "total-of-currencies": warning(
        "data",
        "This total adds amounts in several currencies as if they were one.",
        "Type a total for each currency, or convert the amounts first.",
    ),
    "money-may-be-moved": warning(
        "data",
        "{amount} went out here on {day}, and came in on the same day in the tab {tab}, row {row}."
        " It is counted as spent and as received.",
        "If the group only moved its own money, type both amounts into a column with the heading"
        " Moved instead.",
    ),
    "transfer-counted": warning(
        "data",
        "A word in this row says that the group only moved its own money, and it is counted.",
        "If so, type its amount into a column with the heading Moved instead. If not, take out the"
        " word.",
    ),
    "nearly-total": warning(
        "data",
        "This figure is nearly the sum of rows {first} to {last}: if the row is their total, it is"
        " counted twice, and it is not exact.",
        "If it is a total, type Total in this row and correct it.",
    ),
    "below-total": warning(
        "data",
        "Rows {first} to {last} stand below the total, and some of them sum to the same figure."
        " They seem to say where the money comes from, and are not counted.",
        "If they are lines, move them above the total and let it include them. If not, ask the"
        " operator to write in the config where the table ends (until or rows).",
    ),
    "counted-below-total": warning(
        "data",
        "Rows {first} to {last} stand below the total of all rows above them. They are counted.",
        "If they are lines, type a total of all rows below them. If not, ask the operator to write"
        " in the config where the table ends (until or rows).",
    ),
    "left-out-by-where": warning(
        "data",
        "This row has an amount and is not counted: its cell here does not say {word}, the word"
        " that the config asks for, and says nothing else that is known.",
        "If the row belongs to the table, type {word}. If not, type the word of what it is, or ask"
        " the operator to add its word to where_not in the config.",
    ),
    "may-be-line": warning(
        "data",
        "This row has no figure and stands between lines. It is taken for the heading of the rows"
        " below it.",
        "If it is a line, type its figure, 0 if there is none. If it is a heading, leave a blank"
        " row above it.",
    ),
    "taken-for-total": warning(
        "data",
        "This figure is the sum of rows {first} to {last}, so the row is taken for their total and"
        " is not counted.",
        "If it is a total, type Total in this row. If not, type what the money was for.",
    ),
    "remaining-does-not-match": warning(
        "data",
        "This says that {value} is left, but the amount less the spending is {sum}.",
        "Type {sum}, or a formula.",
    ),
    # Sync
    "conflict": warning(
        "sync",
        "{heading} was changed here and in the register: here to {sheet}, there to {register}.",
        "Choose in the column Keep which side counts, or type the same value on both sides.",
        "Changed on both sides: {number}",
    ),
    "conflict-removed-here": warning(
        "sync",
        "This row was removed here, but it was added or changed in the register.",
        "Choose in the column Keep which side counts.",
    ),
    "conflict-removed-there": warning(
        "sync",
        "This row was changed here and removed in the register.",
        "Choose in the column Keep which side counts.",
    ),
    "cell-protected": warning(
        "sync",
        "The register has another value for this protected cell.",
        "Remove the protection, or type {register}.",
    ),
    "edit-set-down": warning(
        "sync",
        "Somebody typed this into {heading} of {tab} while the sheet was being written, and its row"
        " is gone.",
        "If it is still needed, type it into the right row of {tab}. Then delete this row here.",
    ),
    # Money
    "currency-missing": error(
        "money",
        "No currency is known for this amount.",
        "Type the digits alone, and the three letters of the currency into {heading} of this row,"
        " such as USD.",
    ),
    "line-overspent": warning(
        "money",
        "{spent} spent, {over} more than the whole line has.",
        "In Expenses, look at the rows with this Budget line: correct what is wrong there. Or ask"
        " the funder for a revision; when it is agreed, raise Amount.",
        "Lines that are overspent: {number}",
    ),
    "nothing-available": warning(
        "money",
        "Spending and commitments together are {over} above the line's amount.",
        "In Expenses, look at what is ordered on this line: {expenses}. Correct the amount,"
        " or cancel an order before you pay more.",
    ),
    "variance-unexplained": warning(
        "money",
        "To the end of {month}, {spent} was spent of {budget}: {percent} % from the plan,"
        " the limit is {limit} %.",
        "Write the reason into Explanation, and whether it will even out.",
        "Variances to explain: {number}",
    ),
    "outside-grant-dates": warning(
        "money",
        "{date} is outside {grant}'s dates, {start} to {end}.",
        "Correct the date, or choose a line of another grant: the funder may refuse it.",
    ),
    "no-rate": error(
        "money",
        "There is no rate for {currency} in {month}.",
        "Add a row to Rates with {month}, {currency} and the rate; until then, amounts that"
        " need it are left out of the figures.",
        "Amounts without a rate: {number}",
    ),
    "rate-of-base-currency": warning(
        "money",
        "{currency} is the base currency, and its rate is always 1. {rate} is not used.",
        "Remove this row, or correct its currency.",
    ),
    "grant-without-rate": warning(
        "money",
        "No rate is known for {currency}, so no money of this grant is in a total in {base}.",
        "Add a row for {currency} to Rates, or type a Budget rate here.",
    ),
    "lines-do-not-add-up": warning(
        "money",
        "The budget lines sum to {sum}; the award is {amount}.",
        "Correct Amount here or in a line of this grant, until both are the same.",
    ),
    "months-do-not-add-up": warning(
        "money",
        "The month columns sum to {sum}; the amount is {amount}.",
        "Correct the months or the amount.",
    ),
    "spending-unbudgeted": warning(
        "money",
        "{spent} of {grant} was spent without a budget line.",
        "In Expenses, choose a Budget line for {expenses}.",
    ),
    "money-before-award": warning(
        "money",
        "{spent} was spent or ordered and {received} was received on a grant that is "
        "{state}. These sums are in no total.",
        "Correct State, or give these rows the grant that pays.",
    ),
    "possible-duplicate": warning(
        "money",
        "This may be a duplicate of {other} ({why}).",
        "Remove one of them, or give each its own receipt.",
        "Possible duplicates: {number}",
    ),
    "split-does-not-add-up": warning(
        "money",
        "The rows of this receipt sum to {sum}, but its total is {total}.",
        "Correct the amounts, or Receipt total.",
    ),
    "paid-in-future": warning(
        "money",
        "It is marked as paid on {date}, which is in the future.",
        "Correct the date; or, if it is not paid yet, set State to committed and clear Paid on.",
    ),
    "received-in-future": warning(
        "money",
        "It is marked as received on {date}, which is in the future.",
        "Correct the date; or, if it has not come yet, set State to expected.",
    ),
    "payment-in-future": warning(
        "money",
        "It is marked as paid on {date}, which is in the future.",
        "Correct Paid on; or, if it is not paid yet, clear Paid on and Amount paid.",
    ),
    "refund-above-expense": warning(
        "money",
        "The refunds of {expense} ({refunds}) sum to {sum}, but only {paid} was paid.",
        "Correct Amount or Refund of here, or Amount or State of {expense}. Until then, what was"
        " spent may be too low by {over}.",
    ),
    "refund-of-another-line": warning(
        "money",
        "It is taken off {here}, but {expense} was paid from {there}.",
        "Choose the Budget line and Grant of {expense} here, or clear Refund of.",
    ),
    "refund-before-payment": warning(
        "money",
        "It came back on {date}, but {expense} was paid on {paid}.",
        "Correct the date here or in {expense}, or correct Refund of.",
    ),
    "refund-of-itself": warning(
        "money",
        "Refund of names its own row.",
        "Choose the row of the payment that came back, or clear the cell.",
    ),
    "split-of-itself": warning(
        "money",
        "Split of names its own row.",
        "Clear the cell if this is the first row of the receipt, or choose the first row.",
    ),
    "expenses-in-circle": warning(
        "money",
        "{rows} name each other in Split of or Refund of, so none of them is the payment.",
        "In the row of the payment, clear Split of and Refund of.",
    ),
    "state-contradicts": warning(
        "money",
        "{heading} is filled, but State is not {state}. This row is counted as {counted}.",
        "Set State to {state}, or clear {heading}.",
        "Rows whose State contradicts another cell: {number}",
    ),
    "grant-in-deficit": warning(
        "money",
        "{spent} went out, but only {received} was received: {over} is still missing.",
        "Ask for the instalment. When it has come, set its State in Income to received.",
    ),
    "unspent-near-end": warning(
        "money",
        "{unspent} ({percent} %) is unspent, and the grant ends on {end}.",
        "Plan how to spend it, or ask for more time; when the funder agrees, type the new"
        " date here.",
    ),
    "revision-without-reason": warning(
        "money",
        "{approved} was approved, and the amount is {revised} now.",
        "Write the reason into Reason for revision, or set the amount back.",
    ),
    "revision-beyond-limit": warning(
        "money",
        "{moved} ({percent} %) was moved: the rules of {profile} do not allow this without "
        "approval.",
        "Ask the funder before it is spent, or set the amount back.",
    ),
    # Work
    "activity-overdue": warning(
        "work",
        "It should have ended on {end}, but it is {status}.",
        "Set Status to done and % done to 100%, or move End.",
        "Activities that are overdue: {number}",
    ),
    "end-before-start": warning(
        "work", "It ends on {end}, before it starts on {start}.", "Correct one of the dates."
    ),
    "done-without-100": warning(
        "work",
        "Its status is done, but % done is {done} %.",
        "Set % done to 100%, or the status back.",
    ),
    "spending-before-start": warning(
        "work",
        "Money was spent on this from {date}, but it starts on {start}.",
        "Correct the start, or the expense's date or line.",
    ),
    "activity-without-money": warning(
        "work",
        "It starts on {start}, but it has no budget line and no resource.",
        "Choose it in Activity of a budget line or of a resource, or move Start.",
        "Activities without money: {number}",
    ),
    "milestone-not-reached": warning(
        "work",
        "The milestone was due on {end}; {achieved} of {target} is achieved.",
        "Type into Achieved to date what is reached. If the rest comes later, move End; if it does"
        " not come, lower Target.",
        "Milestones that are not reached: {number}",
    ),
    "indicator-without-unit": warning(
        "work",
        "This indicator has no unit.",
        "Type in what it is counted, such as people, kits or %.",
        "Indicators without a unit: {number}",
    ),
    "indicator-in-work-plan": warning(
        "work",
        "This is typed in Work-plan, but indicators are counted in the tab Indicators.",
        "Type it there and clear it here. budgettrack init --add-tabs adds the tab; then the next"
        " sync moves what is here.",
        "Indicators typed in Work-plan: {number}",
    ),
    "achieved-does-not-add-up": warning(
        "work",
        "The months add up to {sum}, but Achieved to date is {achieved}.",
        "Clear Achieved to date, or correct the months. The months count.",
    ),
    "achieved-far-above-target": warning(
        "work",
        "{achieved} is achieved, which is more than 100 times the target of {target}.",
        "Correct the number, or the target.",
    ),
    "achieved-fell": warning(
        "work",
        "The number to date was {then} when {month} was closed, and is {now} now.",
        "Correct it, or say in Explanation why it fell.",
    ),
    # Promises
    "report-due": warning(
        "promises",
        "{what} is due on {due}.",
        "Prepare it; type the date into Done on when it is sent.",
        "Reports that are due: {number}",
    ),
    "report-overdue": warning(
        "promises",
        "{what} was due on {due}.",
        "Send it and type the day into Done on, or agree on another date and type it into Due.",
        "Reports that are overdue: {number}",
    ),
    "deadline-due": warning(
        "promises",
        "{what} is due on {due}.",
        "When it is done, type the day into Done on.",
        "Own dates that are due: {number}",
    ),
    "deadline-overdue": warning(
        "promises",
        "{what} was due on {due}.",
        "If it is done, type the day into Done on. If not, type another day into Due.",
        "Own dates that are past: {number}",
    ),
    "repeat-not-readable": warning(
        "promises",
        "The program cannot read how this repeats.",
        "Type week, month, quarter, half-year, year, or second Tuesday.",
    ),
    "repeat-without-end": warning(
        "promises",
        "It repeats without an end.",
        "Type the last day into Repeats until, such as the end of the plan.",
    ),
    "repeat-never-falls": warning(
        "promises",
        "It has no date between its first day and its end.",
        "Correct the rule, the first day or the cell Repeats until.",
    ),
    "application-due": warning(
        "promises",
        "The application is due on {date}.",
        "Send it, and set the grant's state to applied.",
    ),
    "application-late": warning(
        "promises",
        "The application was due on {date}, and the grant's state does not say that it was sent.",
        "Set the state to applied, or to declined if you let it go.",
    ),
    "application-without-budget": warning(
        "promises",
        "The application is due on {date}, and it has no budget line.",
        "Add its lines to Budget, with this grant.",
    ),
    "decision-late": warning(
        "promises",
        "The decision was expected on {date}.",
        "Ask the funder, and type the new date or set the grant's state.",
    ),
    "next-step-due": warning(
        "promises",
        "The next step is due on {date}.",
        "Take it, and type the step after it with its day.",
    ),
    "instalment-late": warning(
        "promises",
        "{amount} was expected on {date} and has not come.",
        "Ask the funder. When it has come, set its state to received.",
    ),
    "return-late": warning(
        "promises",
        "{amount} should have gone back to the funder on {date}, and is not marked as returned.",
        "When it has gone back, set its state to received and type the day.",
    ),
    "grant-ends": warning(
        "promises",
        "The grant ends on {end}.",
        "Plan what follows. When all is paid, set State to closed; if it is extended, type"
        " the new date here.",
    ),
    "more-handed-out": warning(
        "supplies",
        "Up to this day {more} more of {lot} were handed out than had come.",
        "Correct the quantity, the date or the lot, here or in the rows before it.",
    ),
    "outlet-has-less": warning(
        "supplies",
        "Up to this day {to} used, lost or gave back {more} more of {lot} than it was given.",
        "Correct Quantity, or add the row by which the rest was given. If it came from your own"
        " store, empty the cell To.",
    ),
    "given-to-nobody": warning(
        "supplies",
        "Nothing says to which outlet or group this was given.",
        "Type its code into To. What you handed to people yourselves is used.",
    ),
    "handed-out-expired": warning(
        "supplies",
        "{lot} had expired by then, on {expiry}.",
        "Correct the date or the lot. If it is right, tell the outlet not to use what is left.",
    ),
    "lot-expired": warning(
        "supplies",
        "This lot expired on {expiry}, and {left} of it are left.",
        "Call it back and do not use it. What is thrown away is lost: a row in Handed out.",
    ),
    "lot-ends-soon": warning(
        "supplies",
        "This lot ends on {expiry}, and {left} of it are left.",
        "Hand it out first, or give it back in exchange for a newer one: each is a row in"
        " Handed out.",
    ),
    "supplies-run-out": warning(
        "supplies",
        "At the pace of the last three months the store lasts for {weeks} full weeks.",
        "Order more of this kind.",
    ),
    "lot-without-expiry": warning(
        "supplies",
        "This lot has no expiry, so nobody is warned.",
        "Type the last day on which it may be used, as it stands on the package.",
    ),
    "lot-other-unit": warning(
        "supplies",
        "{other} is of the same kind and counted in another unit, so the two are not added up.",
        "Count both in one unit, or give one of them another kind.",
    ),
    "batch-expiries-differ": warning(
        "supplies",
        "{other} is of the same batch, and its expiry is {expiry}.",
        "Look at the packages, and correct one of the two.",
    ),
    "lot-twice": warning(
        "supplies",
        "{other} has the same kind, batch, day and quantity.",
        "Delete this row if the lot came once.",
    ),
    "supplies-in-future": warning(
        "supplies",
        "{date} is still to come, so the row is not counted yet.",
        "Correct the date if it has happened.",
    ),
    "agreement-review": warning(
        "promises",
        "The review of this agreement is due on {date}.",
        "Review it, and type the next date here.",
    ),
    "agreement-review-overdue": warning(
        "promises",
        "The review of this agreement was due on {date}.",
        "Review it, and type the next date.",
    ),
    "payment-differs": warning(
        "money",
        "We paid {ours} on {day}, and the books of {group} have {theirs}.",
        "Ask which is right. Correct it in Instalments, or ask the group to correct it.",
    ),
    "payment-not-received": warning(
        "money",
        "We paid {ours} on {day}, and the books of {group} do not have it.",
        "Ask the group whether it came. If it did not, ask the bank.",
    ),
    "payment-not-noted": warning(
        "money",
        "The books of {group} have {theirs} from us, and Instalments has no such payment.",
        "Type the payment into Instalments, or ask the group to correct its tab Income.",
    ),
    "return-differs": warning(
        "money",
        "By the books of {group}, {theirs} went back to us, and Instalments has {ours}.",
        "Type into Instalments what came back, or ask the group to correct its tab Income.",
    ),
    "fee-differs": warning(
        "money",
        "We keep a fee of {ours}, and the books of {group} have {theirs}.",
        "Agree on Fee %, and type it here and in the group's tab Grants.",
    ),
    "fee-rule-differs": warning(
        "money",
        "Our fee is a percentage of what we paid: {ours}. In the books of {group} it is one of what"
        " was spent: {theirs}.",
        "Agree on one rule. If it is of payments, ask the group to choose income in Host fee on. If"
        " it is of spending, clear Fee % here: then the fee in the group's books counts.",
    ),
    "fee-as-expense": warning(
        "money",
        "{heading} takes off exactly {fee} already. If this row is that fee, it counts twice.",
        "If it is the fee, delete this row, or clear {heading}.",
    ),
    "fee-as-income": warning(
        "money",
        "We keep exactly {fee} of a grant as a fee. If this row is that fee, it counts twice.",
        "If it is the fee, set Kind to host fee.",
    ),
    "fee-beyond-kept": warning(
        "money",
        "Income has host fees of {typed}, and the fees that we keep are {kept}.",
        "Correct the rows of this Kind, or type the fee into Fee % of Given. A group that types our"
        " fee into Expenses counts it as spent.",
    ),
    "host-payment-differs": warning(
        "money",
        "{host} paid {theirs} on {day}, and our books have {ours}.",
        "Look at the bank statement. Correct it in Income, or ask {host} to correct it.",
    ),
    "host-payment-missing": warning(
        "money",
        "{host} paid {theirs} on {day}, and Income does not have it.",
        "If it came, type it into Income. If it did not, tell {host}.",
    ),
    "host-payment-unknown": warning(
        "money",
        "Our books have {ours} from {host}, which has no such payment in its books.",
        "Look at the bank statement. Correct it in Income, or ask {host} to type it in.",
    ),
    "host-return-differs": warning(
        "money",
        "By our books, {ours} went back to {host}, whose books have {theirs}.",
        "Correct in Income what was returned to the funder, or ask {host} to correct it.",
    ),
    "host-fee-differs": warning(
        "money",
        "By its books, {host} keeps a fee of {theirs}, and by ours {ours}.",
        "Agree on the fee with {host}, and type it into Host fee %.",
    ),
    "host-fee-rule-differs": warning(
        "money",
        "By its books, {host} keeps a percentage of what it paid: {theirs}. By ours it is one of"
        " what was spent: {ours}.",
        "Agree on one rule with {host}. If it is of payments, choose income in Host fee on. If it"
        " is of spending, ask {host} to clear Fee % in its tab Given.",
    ),
    "host-answer-damaged": warning(
        "money",
        "The file {file}, which says what {host} paid to us, cannot be read. Nothing in it was"
        " compared with our books.",
        "Ask {host} to write the file again.",
    ),
    "host-answer-for-another": warning(
        "money",
        "The file {file} in our folder is for another group. Nothing in it was compared with"
        " our books.",
        "Ask {host} for the file that is for us. Tell it that we got the file of another group.",
    ),
    "host-answer-not-signed": warning(
        "money",
        "The file {file} was not signed with this key of {host}: it was changed, or {host} has"
        " another key. Nothing in it was compared with our books.",
        "Ask {host} for its public key by another way, such as by telephone, and for the file"
        " again.",
    ),
    "host-answer-without-key": warning(
        "money",
        "Nobody can say whether the file {file} is from {host}, because its public key is not"
        " here. Nothing in it was compared with our books.",
        "Ask {host} for its public key by another way, such as by telephone, and type it here.",
    ),
    "host-answer-of-another": warning(
        "money",
        "The file {file} is from a host that stands in no row of Agreements with a Statement."
        " Nothing in it was compared with our books.",
        "Type the host's name into Other party as the host writes it, or ask {host} for its file.",
    ),
    "host-answer-older": warning(
        "money",
        "The file {file} was signed on {made}, before the one of {host} that was read ({known})."
        " Nothing in it was compared with our books.",
        "Ask {host} for its newest file.",
    ),
    "host-answer-to-come": warning(
        "money",
        "The file {file} of {host} was signed on {made}, which is still to come. Nothing in it was"
        " compared with our books.",
        "Ask {host} to correct the clock of its computer, and for the file again.",
    ),
    "host-grant-not-found": warning(
        "money",
        "{host} paid money by agreements of which no grant of ours has the Agreement reference and"
        " the currency, or two have them: {references} ({paid}).",
        "Type the Agreement reference and the Currency into Grants as {host} has them.",
    ),
    "given-not-found": warning(
        "money",
        "{group} has no grant with this agreement reference and currency, or has it twice.",
        "Type the same Agreement reference and Currency here and in the group's tab Grants.",
    ),
    "money-without-given": warning(
        "money",
        "The books of this group have {theirs} from us, as grant {grant}, that stand in no row of"
        " Given.",
        "Type the row into Given, with the Agreement reference of the group's tab Grants.",
    ),
    "held-twice": warning(
        "money",
        "This money is also in the books of {group}, for which we hold it. It counts there.",
        "Take it out of our books, or ask the group to empty Held by.",
    ),
    "given-beyond-grant": warning(
        "money",
        "With this row, {promised} of the grant {grant} are promised. It has {award}.",
        "Lower an amount, or correct the grant.",
    ),
    "call-overdrawn": warning(
        "money",
        "{promised} are promised in this call. Its purse has {purse}.",
        "Lower an amount, or raise the purse.",
    ),
    "given-beyond-limit": warning(
        "money",
        "This is more than the call allows: {most}.",
        "Lower the amount, or raise the limit of the call.",
    ),
    "group-report-overdue": warning(
        "promises",
        "{what} was due on {due}.",
        "Ask the group for it. It is marked as done here as soon as the group marks it in its own"
        " sheet.",
    ),
    "paid-beyond-amount": warning(
        "money",
        "More was paid than was agreed: {paid} of {amount}.",
        "Correct the payment, or write the new Amount if the group agreed to it.",
    ),
    "paid-not-promised": warning(
        "money",
        "This was paid, and {given} is still {state}.",
        "Change the State there, or correct the payment.",
    ),
    "group-needs-somebody": warning(
        "promises",
        "This group needs somebody: {words}",
        "When it is done, its next run looks again.",
    ),
    "group-in-deficit": warning(
        "money",
        "By its statement, the group spent {missing} more than it got.",
        "Ask whether a payment did not come, or pay the next one.",
    ),
    "statement-old": warning(
        "money",
        "The newest statement of this group is of {month}, so its newer money is in no sum.",
        "Ask the group why it sent no newer statement.",
    ),
    "group-lot-expired": warning(
        "supplies",
        "This group tells of supplies that have expired: {kinds}.",
        "Ask it to take them out of use, and to give them back.",
    ),
    "group-lot-ends": warning(
        "supplies",
        "This group tells of supplies that end within 90 days: {kinds}.",
        "Ask which other group can use them in time.",
    ),
    "public-key-twice": warning(
        "money",
        "{other} has the same Public key.",
        "Ask each group for its own. Until then no statement of either is taken.",
    ),
    "recipient-unclear": warning(
        "data",
        "Nothing is sent to this recipient: a row has either a Group or the Audience all groups.",
        "Choose the Group, or clear it if this is for us alone.",
    ),
    "paid-before-report": warning(
        "promises",
        "This was paid before the report for {period} was there.",
        "Ask for the report. Then mark it as done in Deadlines.",
    ),
    "payment-incomplete": error(
        "money",
        "Only one of the cells Paid on and Amount paid is filled.",
        "Fill it in; until then this row is left out of the figures.",
    ),
    "payment-without-cost": error(
        "money",
        "This was paid in another currency than our grant has, and no rate is known.",
        "Type into the cell Cost how much of our grant it used. Until then it counts as zero.",
    ),
    "payment-twice": warning(
        "money",
        "{other} has the same payment: the same Given, day and amount.",
        "Delete one of the two rows, if it was paid only once.",
    ),
    "payment-in-two-tabs": warning(
        "money",
        "{payment} in Instalments has the same amount, {amount} on {day}. If this row is the same"
        " money, it counts twice.",
        "If it is the same money, delete this row.",
    ),
    "instalment-waits": warning(
        "promises",
        "This is due on {due}, and waits for the report for {period}.",
        "Pay it when the report is there.",
    ),
    "given-without-end": warning(
        "promises",
        "This row has no last day, and its cell How it ends is empty.",
        "Type the last day into the cell End. Or type into the cell How it ends who can end it,"
        " and how.",
    ),
    "given-ends": warning(
        "promises",
        "This ends on {end}.",
        "Agree on what follows, or set its state to closing.",
    ),
    "agreement-without-end": warning(
        "promises",
        "This agreement has no end, and does not say how it ends.",
        "Type the last day into the cell Until. Or type into the cell How it ends who can end it,"
        " and how.",
    ),
    "agreement-notice": warning(
        "promises",
        "This agreement ends on {until}. {notice} is the last day to give notice.",
        "Decide whether it goes on, and tell the other side. Then type the new end.",
    ),
    "agreement-ends": warning(
        "promises",
        "This agreement ends on {until}.",
        "Renew it and type the new end, or set its state to ended.",
    ),
    "agreement-over": warning(
        "promises",
        "This agreement ended on {until}, but its state does not say so.",
        "Set its state to ended, or type the new end.",
    ),
    "agreement-review-after-end": warning(
        "promises",
        "The review is on {review}, after the end of the agreement on {until}.",
        "Correct one of the dates.",
    ),
    "agreement-notice-too-long": warning(
        "promises",
        "A notice of {days} days begins before the agreement itself.",
        "Correct the number of days, or the dates of the agreement.",
    ),
    "grant-agreed-twice": warning(
        "promises",
        "{other} is the agreement of {grant} already.",
        "Set the older one to ended, or clear Grant in the one that is about something else.",
    ),
    "resource-lapses": warning(
        "promises",
        "It is ours until {until}.",
        "Renew it and type the new date here, or set State to returned.",
    ),
    "narrative-missing": warning(
        "promises",
        "The narrative of the report of {grant} for {period}, due {due}, lacks: {headings}.",
        "Write it into the tab Narrative, in the row of this grant and this period; if there is"
        " none, add it. If the funder wants no such texts, delete that tab.",
    ),
    "narrative-of-no-period": warning(
        "promises",
        "{value} is no reporting period of this grant.",
        "Type one of these: {periods}.",
    ),
    "narrative-text-twice": warning(
        "promises",
        "{other} has this text for the same period already, and the summary shows that one.",
        "Put into {other} what is still true, and clear this cell.",
    ),
    # Reports
    "profile-unknown": warning(
        "reports",
        "{value} is not a profile that can be used.",
        "Type the name of one (budgettrack profiles lists them), or clear the cell for the "
        "usual one.",
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
        "When the month is complete, type today's date here; the next run sends them.",
    ),
    "summary-held-back": warning(
        "reports",
        "The summary for {month} was not sent: {why}",
        "Correct this; the next run sends it.",
    ),
    "page-held-back": warning(
        "reports",
        "The public report of {month} was not sent: {why}",
        "Correct this; the next run sends it.",
    ),
    "first-month-waits": warning(
        "reports",
        "{month} is more than a year before all other months with money, so the public pages begin"
        " later.",
        "Correct the year. If it is right, ask the operator to write first_month ="
        ' "{month}" under [reports] in the config.',
    ),
    "grant-withdrawn": warning(
        "reports",
        "This cell says yes, but {grant} was withdrawn on {since}. Nothing of it is public.",
        "Type no. If it may be public again, ask the operator for: budgettrack withdraw"
        " grant {grant} --undo",
    ),
    "story-withdrawn": warning(
        "reports",
        "This cell says yes, but {story} was withdrawn on {since}. Nothing of it is public.",
        "Type no. If it may be public again, ask the operator for: budgettrack withdraw"
        " story {story} --undo",
    ),
    "new-name-withdrawn": warning(
        "reports",
        "The name that stood here before is withdrawn from everything public, so this one is not"
        " public either.",
        "If it may be public, ask the operator for: budgettrack withdraw {kind} NAME"
        " --undo, with this name.",
    ),
    "story-picture-missing": warning(
        "reports",
        "The folder of pictures has no file of this name, so the story is told without it.",
        "Put the file there, or type the name of one that is there.",
    ),
    "story-picture-elsewhere": warning(
        "reports",
        "This is no file in the folder of pictures but a path, an address or a link.",
        "Put the file itself into the folder of pictures, and type its name alone.",
    ),
    "story-picture-too-large": warning(
        "reports",
        "This picture has more than {megabytes} MB or {megapixels} million pixels.",
        "Save a smaller one.",
    ),
    "story-picture-not-readable": warning(
        "reports",
        "This file is no whole picture in the format JPEG, PNG or WebP.",
        "Open it in a program for pictures, and save it as JPEG.",
    ),
    "story-picture-without-words": warning(
        "reports",
        "The picture has no words for those who cannot see it, so it is not published.",
        "Say in a sentence what it shows.",
    ),
    "pictures-not-installed": warning(
        "reports",
        "No picture can be published: the part of the program that makes them anew is not"
        " installed.",
        "Ask the operator to install the extra pictures.",
        "Pictures that cannot be published: {number}",
    ),
    # Privacy
    "story-without-consent": warning(
        "privacy",
        "No consent up to today is noted, so nothing of this story is published.",
        "Ask everybody whom it shows or tells of, and type the day on which they agreed. Else clear"
        " Publish.",
    ),
    "award-not-told": warning(
        "privacy",
        "Nearly all of this grant is to be paid to one or two people, so the public pages do not"
        " tell its award and its instalments: they would be these people's pay.",
        "Leave Publish blank if nobody may know of the grant. If it is right that the pages name"
        " its funder and title without an amount, nothing is to be done.",
    ),
    "people-paid-missing": warning(
        "privacy",
        "This line does not say how many people it pays.",
        "Type the number into People paid, 0 for none. Until then the line counts as paying"
        " one person, and the public pages show less.",
        "Lines that do not say how many people they pay: {number}",
    ),
    "people-paid-missing-often": warning(
        "privacy",
        "{lines} lines do not say how many people they pay: {ids}.",
        "Type the number into People paid of each, 0 for none. Until then each counts as paying "
        "one person, and the public pages show less.",
    ),
    "list-of-people": warning(
        "privacy",
        "This tab looks like a list of people: its columns hold {what}.",
        "Keep it outside this workbook, which partners and funders may open, and delete it here.",
    ),
    "personal-column": warning(
        "privacy",
        "This column seems to hold {what} of persons.",
        "Keep them outside this workbook, which partners and funders may open, and delete the"
        " column here. A role or an organisation may stand in the place of a person.",
    ),
    "personal-detail-published": warning(
        "privacy",
        "This cell is published, and it seems to contain {what}.",
        "Remove it. Until then the public page does not show this text, but everybody who"
        " can open this workbook can read it.",
        "Personal details in published cells: {number}",
    ),
    "personal-detail-in-narrative": warning(
        "privacy",
        "The funder reads this cell, and it seems to contain {what}.",
        "Remove it. Until then the summary does not show this text.",
    ),
}
