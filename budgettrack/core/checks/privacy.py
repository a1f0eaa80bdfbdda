"""Checks that protect people: personal details in published texts, and how many people a budget
line pays."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.personal_details import personal
from budgettrack.core.checks.looking import Looking
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records import tables
from budgettrack.core.sealing.award import from_givers
from budgettrack.core.sealing.safety import is_safe_or_nothing, planned_for

FEW = 5
"""If more lines than this do not say how many people they pay, one finding names them together.
Otherwise each line has its own finding."""

NAMED = 10
"""One finding names at most this many lines."""


def people_not_counted(look: Looking) -> Iterator[Finding]:
    """Finds budget lines that do not say how many people they pay.

    After an upgrade this may be every line, so more than five lines are told in one finding."""
    blank = [line.id for line in look.plan.lines.values() if line.people_paid is None]
    if len(blank) <= FEW:
        for id_ in blank:
            yield finding("people-paid-missing", "budget", id_, "people_paid")
        return
    ids = ", ".join(blank[:NAMED])
    if len(blank) > NAMED:
        ids = f"{ids} and {len(blank) - NAMED} more"
    yield finding(
        "people-paid-missing-often",
        "budget",
        blank[0],
        "people_paid",
        lines=str(len(blank)),
        ids=ids,
    )


def awards_not_told(look: Looking) -> Iterator[Finding]:
    """Finds a grant that is marked *Publish*, although nearly all of its budget goes to one or two
    people.

    The public pages do not show the award of such a grant. Payments to firms are known only
    later and are not part of this check."""
    planned: dict[str, dict[str, int]] = {}
    for line in look.plan.lines.values():
        planned.setdefault(line.grant, {}).update(planned_for(line, line.amount or 0))
    for grant in look.plan.grants.values():
        public = grant.publish and is_ours(grant) and not from_givers(grant)
        if public and not is_safe_or_nothing(planned.get(grant.id, {})):
            yield finding("award-not-told", "grants", grant.id, "publish")


def personal_details(look: Looking) -> Iterator[Finding]:
    """Finds a published text with an e-mail address, a telephone number, or an identity number that
    is named as one.

    A telephone number begins with + (at least nine digits), with 00 (eleven) or with 0 (nine),
    stands after a word such as *call* (seven), or looks like 555-123-4567. A date, or a code
    with hyphens such as 0101-2203-11, is not a telephone number. Stories and reviews come first:
    they are about people, and they are read most."""
    first = (tables.STORIES, tables.MONTHS)
    for table in (*first, *(each for each in tables.TABLES if each not in first)):
        names = [column.name for column in tables.published(table) if column.kind == "text"]
        for id_, fields in look.records.get(table.name, {}).items() if names else ():
            if id_ == tables.REACH:
                # The group's own address may be published, so its field is left out.
                continue
            for name in names:
                text = fields.get(name, "")
                what = personal(text) if text else ""
                if what:
                    yield finding("personal-detail-published", table.name, id_, name, what=what)
