"""Ready-made work-plans (presets) with which a group can begin, from the TOML files in this folder.

The files have the texts. The dates are calculated here."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import add_months, days_before
from budgettrack.core.records.model import Fields

NAMES = ("blank", "startup", "peer-support")

OPEN_AT_FIRST = 3
"""A new workbook has those stages that begin within this many months: nobody plans sixty
activities on the first day."""

_WORDS = ("activity", "lead_role", "milestone")
_OF_PERSONS = frozenset({"people", "contacts", "conversations", "interviews"})
"""The units of indicators that count persons. A small number of anything else does not show who
somebody is."""


class PresetStage(Struct, frozen=True):
    """One stage of a preset (a ready-made plan). `number` counts from 1. `opens` is the month of
    the plan in which its first activity starts."""

    number: int
    objective: str
    opens: int
    activities: tuple[Mapping[str, Any], ...]

    def kept(self, *, optional: bool) -> list[Mapping[str, Any]]:
        """Returns the activities of the stage. `optional`: also those that are not in the source
        of the preset."""
        return [
            activity for activity in self.activities if optional or not activity.get("optional")
        ]


@lru_cache(maxsize=4)
def stages(name: str) -> tuple[PresetStage, ...]:
    """Returns the stages of a preset, in order.

    Raises UsageError if the name is not in `NAMES`."""
    if name not in NAMES:
        raise UsageError(f"There is no preset {name}. There are: {', '.join(NAMES)}.")
    return in_file(_text(name))


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name.replace('-', '_')}.toml").read_text("utf-8")


def in_file(text: str) -> tuple[PresetStage, ...]:
    """Returns the stages in the text of a plan's file."""
    return tuple(
        PresetStage(
            number,
            stage["objective"],
            min(activity["from"] for activity in stage["activity"]),
            tuple(stage["activity"]),
        )
        for number, stage in enumerate(tomllib.loads(text).get("stage", ()), 1)
    )


def numbers_of(name: str, typed: str) -> tuple[int, ...]:
    """Returns the numbers of the stages that a user typed: `3`, `1-3,9` or `all`. For '', returns
    those that begin in the first months.

    Raises UsageError if a stage is not in the preset."""
    known = {str(stage.number): stage for stage in stages(name)}
    if not typed:
        return tuple(stage.number for stage in known.values() if stage.opens <= OPEN_AT_FIRST)
    if typed == "all":
        return tuple(stage.number for stage in known.values())
    wanted: list[int] = []
    for part in typed.split(","):
        first, _, last = (end.strip() for end in part.partition("-"))
        begin, end = known.get(first), known.get(last or first)
        # If a range is typed backwards, such as 6-4, it contains no stage.
        if begin is None or end is None or begin.number > end.number:
            raise UsageError(
                f"{name} has no stage {part.strip()}. There are: 1 to {len(known)}. Type them as"
                " 4, 4-6 or all."
            )
        wanted += range(begin.number, end.number + 1)
    return tuple(sorted(set(wanted)))


def preset(
    name: str,
    start: date,
    numbers: Collection[int] | None = None,
    *,
    optional: bool = False,
    with_budget: bool = False,
) -> Mapping[str, list[Fields]]:
    """Returns the rows of a new plan that begins on `start`, by table, as canonical fields.

    `numbers`: the numbers of the stages, or None for all. `optional`: also the activities that
    are not in the source of the preset. `with_budget`: also a first budget line for each
    activity that needs money. Raises UsageError if the name is not in `NAMES`, or if a blank
    plan is to have budget lines."""
    if with_budget:
        check_has_lines(name)
    opened = [stage for stage in stages(name) if numbers is None or stage.number in numbers]
    rows = rows_of(opened, start, optional=optional)
    numbered: list[Fields] = [
        {"id": f"A-{number}", **fields} for number, fields in enumerate(rows, 1)
    ]
    if not numbered:
        return {}
    ids = [fields["id"] for fields in numbered]
    counted = indicators_of(opened, ids, optional=optional)
    made: dict[str, list[Fields]] = {
        "work_plan": numbered,
        "indicators": [{"id": f"N-{number}", **row} for number, row in enumerate(counted, 1)],
        "deadlines": list(_deadlines(name, start)),
    }
    if with_budget:
        lines = starter_lines(opened, ids, optional=optional)
        made["budget"] = [{"id": f"B-{number}", **line} for number, line in enumerate(lines, 1)]
    return made


def check_has_lines(name: str) -> None:
    """Raises UsageError if a preset has no activities, and therefore no budget lines to begin
    with."""
    if not stages(name):
        raise UsageError(
            "--with-budget needs a preset with activities: --preset startup, or --preset"
            " peer-support."
        )


def indicators_of(
    opened: Collection[PresetStage], ids: Sequence[str], *, optional: bool = False
) -> Iterator[Fields]:
    """Yields the indicators of the stages `opened`, as canonical fields without IDs. `ids` has the
    IDs of the activities of these stages, in the order in which `rows_of` yields them."""
    for id_, activity in _with_ids(opened, ids, optional=optional):
        texts = {name: str(activity[name]) for name in ("indicator", "unit", "target")}
        of_persons = {} if activity["unit"] in _OF_PERSONS else {"counts_people": "no"}
        yield {"activity": id_, **texts, **of_persons}


def _with_ids(
    opened: Collection[PresetStage], ids: Sequence[str], *, optional: bool
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields the activities of stages, each with its ID."""
    kept = [activity for stage in opened for activity in stage.kept(optional=optional)]
    return zip(ids, kept, strict=True)


def starter_lines(
    opened: Collection[PresetStage], ids: Sequence[str], *, optional: bool = False
) -> Iterator[Fields]:
    """Yields the first budget lines of the stages `opened`, as canonical fields without IDs, grants
    and amounts. `ids` has the IDs of the activities of these stages, in the order in which
    `rows_of` yields them."""
    for id_, activity in _with_ids(opened, ids, optional=optional):
        for line in activity.get("lines", ()):
            texts = {name: line[name] for name in ("category", "description", "unit")}
            yield {"activity": id_, **texts, "people_paid": str(line["people_paid"])}


def _deadlines(name: str, start: date) -> Iterator[Fields]:
    """Yields the deadlines that repeat, until the end of the whole plan."""
    ends = [
        activity["from"] - 1 + activity["months"]
        for stage in stages(name)
        for activity in stage.activities
    ]
    last = days_before(add_months(start, max(ends)), 1)
    for number, each in enumerate(tomllib.loads(_text(name))["deadline"], 1):
        due = days_before(add_months(start, each["from"]), 1)
        yield {
            "id": f"D-{number}",
            "what": each["what"],
            "due": due.isoformat(),
            "lead_role": each["lead_role"],
            "repeats": each["repeats"],
            "repeats_until": last.isoformat(),
        }


def rows_of(
    opened: Collection[PresetStage], start: date, *, optional: bool = False
) -> Iterator[Fields]:
    """Yields the activities of stages as canonical fields, without IDs, for a plan that begins on
    `start`.

    In the files, `from` is the month of the plan in which an activity starts (1 is the first
    month), and `months` is its length."""
    for stage in opened:
        for activity in stage.kept(optional=optional):
            first = add_months(start, activity["from"] - 1)
            last = days_before(add_months(start, activity["from"] - 1 + activity["months"]), 1)
            fields = {"objective": stage.objective, **{key: activity[key] for key in _WORDS}}
            fields |= {"start": first.isoformat(), "end": last.isoformat()}
            yield {**fields, "status": "planned"}
