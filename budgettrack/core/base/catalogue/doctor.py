"""The findings of the command `doctor`: problems that should be solved before the first sync."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

DOCTOR: Mapping[str, Code] = {
    "workbook-not-usable": error("doctor", "The workbook cannot be used.", "{words}"),
    "sheet-in-trash": error(
        "doctor",
        "The sheet lies in the trash of its owner. Google deletes it for good 30 days after it was"
        " put there.",
        "Let its owner open https://drive.google.com/drive/trash and restore it.",
    ),
    "range-protected": warning(
        "doctor",
        "This program may not edit {cells} of the tab, because a protection does not let it. A sync"
        " that has to write there is refused as a whole.",
        "In Data > Protect sheets and ranges, let {account} edit that range.",
    ),
    "link-of-another-tab": warning(
        "doctor",
        "The link in the config leads to a tab that the spreadsheet does not have (gid={gid}). So"
        " it may be the link of another sheet, such as an older copy.",
        "Open the sheet in which the group works, and copy its link from the browser.",
    ),
    "people-named": warning(
        "doctor",
        "The column {heading} names people. Everybody with whom this sheet is shared sees "
        "it, and the sheet's own history keeps it.",
        "Delete the column, or share the sheet with fewer people.",
    ),
    "register-not-usable": error("doctor", "The register cannot be used.", "{words}"),
    "register-in-the-open": warning(
        "doctor",
        "Nothing proves which server {host} is: the URL of the register has sslmode={mode}. Who"
        " stands between could read the password and all records.",
        "Add sslmode=verify-full to the URL, and sslrootcert= with the file of the server's"
        " authority.",
    ),
    "register-broken": error(
        "doctor",
        "The register was damaged: it differs from what {runs} wrote. The last undamaged run before"
        " is {last}.",
        "Build it again from its undamaged part, the workbook and the copies beside it:"
        " budgettrack doctor --rebuild",
    ),
    "register-unreadable": error(
        "doctor",
        "The register was damaged: what runs wrote into it cannot be read.",
        "Build it again from the workbook and the copies beside it: budgettrack doctor --rebuild",
    ),
    "totals-differ": error(
        "doctor",
        "The monthly totals in the register are not the sums of its expenses.",
        "Run budgettrack sync, which sums them again. If it is refused: budgettrack doctor"
        " --rebuild",
    ),
    "key-not-usable": error("doctor", "The group's key cannot be used.", "{words}"),
    "key-missing": warning(
        "doctor",
        "The group's key is not here, so each budget line counts as one person, and the public "
        "pages show less.",
        "Copy {file} from where the group's sync ran, into the folder of the config. If it is "
        "lost: budgettrack sync --new-key",
    ),
    "reports-not-writable": error("doctor", "The reports' folder cannot be used.", "{words}"),
    "open-to-others": warning(
        "doctor",
        "Other users of this machine can open {path}.",
        "Close it to them: chmod go-rwx {path}",
    ),
    "pdf-not-installed": warning(
        "doctor",
        "No PDF can be made, so a summary for a funder or the report of a year would be refused.",
        "{words}",
    ),
    "left-by-killed-run": warning(
        "doctor",
        "{path} is a leftover of a run that was killed.",
        "Delete all such files: budgettrack doctor --clean",
    ),
    "disk-nearly-full": warning(
        "doctor",
        "The disk under {path} has only {free} MB left.",
        "Make room on it, before a run stops in the middle.",
    ),
    "mail-not-usable": error("doctor", "The mail server cannot be used.", "{words}"),
    "webhook-not-usable": error("doctor", "The webhook cannot be used.", "{words}"),
    "would-be-refused": error("doctor", "The next {what} would be refused.", "{words}"),
    "would-be-told": warning("doctor", "The next {what} would say this.", "{words}"),
    "identifier-unregistered": warning(
        "doctor",
        "{ref}, the identifier of {name}, has no prefix of the published list of registers.",
        "Look for the register on https://org-id.guide, and write its prefix and the number there.",
    ),
    "month-not-run": warning(
        "doctor",
        "{month} is due since {due} and was not run.",
        "See that the job runs (crontab -l, systemctl list-timers), or run it: budgettrack monthly",
    ),
    "month-missed": warning(
        "doctor",
        "{month} was not run, and is too long ago to be caught up.",
        "Run it by its name: budgettrack monthly --month {month}",
    ),
    "recipient-grant-unknown": error(
        "doctor",
        "{name} should get reports on {grant}, but there is no such grant.",
        "Correct the audience.",
    ),
    "delivery-open": warning("doctor", "{id}, {what} to {recipient}, is {state}.", "{words}"),
    "hold-older-register": warning(
        "doctor",
        "On hold since {since} UTC: {what}. The register was put back from an older copy, and may"
        " not know what was sent since.",
        "See in your mailbox and with your readers what they have. Then, to send the rest:"
        " budgettrack deliveries release older-register",
    ),
    "hold-other-machine": warning(
        "doctor",
        "On hold since {since} UTC: {what}. The register was used on {known} before, or in"
        " another folder: this may be a copy.",
        "If the other one no longer sends the month, let this one do it: budgettrack deliveries"
        " release other-machine",
    ),
    "hold-unknown-deliveries": warning(
        "doctor",
        "On hold since {since} UTC: {what}. It is not known who has it already. {why}",
        "See budgettrack deliveries, and ask the readers. Then, to send it to all who are not known"
        " to have it: budgettrack deliveries release unknown-deliveries",
    ),
    "hold-register-rebuilt": warning(
        "doctor",
        "On hold since {since} UTC: {what}. The register was damaged and made anew, and may not"
        " know all that was sent.",
        "See budgettrack status and budgettrack deliveries, and your mailbox. Then, to send the"
        " rest: budgettrack deliveries release register-rebuilt",
    ),
    "publishing-stopped": warning(
        "doctor",
        "Publishing is stopped since {since} UTC ({command}, by {by}).",
        "Run budgettrack republish to put the site back.",
    ),
    "taking-back-unfinished": error(
        "doctor",
        "A withdrawal was not completed: the public files on this computer still show what was"
        " withdrawn.",
        "Run budgettrack monthly.",
    ),
    "run-unfinished": warning(
        "doctor",
        "{who} has been running the month since {since} UTC, or stopped in the middle.",
        "The next run of budgettrack monthly finds out which.",
    ),
}
