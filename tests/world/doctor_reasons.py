"""Why `doctor` does not pass through a function that may refuse, and what a refused command says."""

from __future__ import annotations

from tests.world.group import Group

SO = ("Nothing was", "The workbook", "The register is", "The earlier", "Done before")
"""How the sentences begin that say what is so after a failure, and that `doctor` cannot say."""


def problems(group: Group, *words: str) -> list[str]:
    """What a command that is refused says, without what is so now."""
    result = group.run(*words)
    assert result.exit_code in (1, 3), result.output
    lines = [line for line in result.stderr.splitlines() if line and not line.startswith(SO)]
    assert lines, result.output
    return lines


ASKED = "It depends on what is typed after the command."


SERVER = "Asked of a register on a server: tests/test_doctor_law_postgresql.py."


MOMENT = "It tells of something that changes while the month runs."


BY_HAND = "Only a command that a person types, for one delivery, gets there."


TRIED = "Doctor tries the same folder without copying (`try_site`), and has the same words."


BOARD = "The board asks with IDs and months of the plan itself, which there are."


NOT_CALLED = "None of the three commands calls it."


REASONS = {
    "cli/reports.py:report_board": "Doctor tries the folder of the reports.",
    "config/bank_csv.py:layout_of": NOT_CALLED,
    "config/profiles.py:every": NOT_CALLED,
    "core/base/ids.py:known_id": BOARD,
    "core/base/months.py:require_month": ASKED,
    "core/figures/allocation.py:_by_amounts": NOT_CALLED,
    "core/figures/allocation.py:_numbers": NOT_CALLED,
    "group.py:known_grant": ASKED,
    "group.py:month_asked": ASKED,
    "monthly/delivery/folder.py:_files": "The links are found before, where the site is written.",
    "monthly/delivery/folder.py:published": TRIED,
    "monthly/delivery/smtp.py:Post.hand_over": "It is not for people: a mail without an open server.",
    "monthly/handover.py:Handover._mail": "The page is made in the same run, before its mails.",
    "monthly/handover.py:Handover.write_down": "Doctor tries the folder of the mails with the others.",
    "monthly/journal.py:_write_text": MOMENT,
    "monthly/journal.py:sign_journal.text": NOT_CALLED,
    "monthly/run.py:_askable": ASKED,
    "monthly/run.py:_known_delivery": BY_HAND,
    "monthly/run.py:retry": BY_HAND,
    "monthly/run.py:week_now": BY_HAND,
    "monthly/steps.py:CycleSteps._report": "Doctor tries the folder of the reports, and the board lies there.",
    "queries/figures.py:variance": BOARD,
    "queries/records.py:located": BOARD,
    "queries/records.py:the_id": BOARD,
    "register/cycles.py:Alone.check": MOMENT,
    "register/cycles.py:Cycles.plan_again": BY_HAND,
    "register/cycles.py:_refuse_if_sent": BY_HAND,
    "register/holds.py:refuse_if_held": "Doctor says each hold that stands, with its own words.",
    "register/postgresql.py:PostgreSQLConnection._open": SERVER,
    "register/postgresql.py:PostgreSQLConnection._refuse_shared": SERVER,
    "register/postgresql.py:PostgreSQLConnection._refuse_to_write": SERVER,
    "register/postgresql.py:PostgreSQLConnection.lock": SERVER,
    "register/postgresql.py:PostgreSQLServer.__init__": SERVER,
    "register/postgresql.py:PostgreSQLServer.alone": SERVER,
    "register/postgresql.py:PostgreSQLServer.session": SERVER,
    "reports/make.py:refuse_if_stopped": NOT_CALLED,
    "reports/make.py:_draft_of_year": ASKED,
    "reports/make.py:report_year": ASKED,
    "reports/make.py:remake_site": "Doctor says `taking-back-unfinished`, and tries the folder.",
    "statements.py:keep_signed": "A host takes a statement by a command of its own, not in a month.",
    "statements.py:_own_key": "A statement is signed by a command of its own, not by a month.",
    "statements.py:verified": "A host reads a statement by a command of its own, not in a month.",
    "workbook/google/changes.py:begin": NOT_CALLED,
    "workbook/google/workbook.py:Connection.persist.again": "It raises again what the first attempt raised.",
    "workbook/google/workbook.py:GoogleWorkbook._refuse_again": MOMENT,
    "workbook/other/workbook.py:OtherWorkbook.may_write": "A run writes nothing into such a file.",
    "workbook/xlsx/limits.py:_count": "Doctor reads the workbook as they do; only a large one gets there.",
    "workbook/xlsx/workbook.py:ExcelWorkbook.forget": NOT_CALLED,
    "workbook/xlsx/workbook.py:tabs": NOT_CALLED,
}
"""Why `doctor` does not pass through a function that may refuse."""
