"""Finds the row to which a reference refers: by its ID, or by a name that only one row has.

Beginners type the name of the funder into *Grant*, and not `G-1`. The text of the cell stays as it
was typed; this module only finds the row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from budgettrack.core.records.model import Fields, Records

NAMES: Mapping[str, tuple[str, ...]] = {
    "grants": ("title", "funder", "agreement_reference"),
    "budget": ("description",),
    "work_plan": ("activity",),
    "resources": ("description",),
    "lots": ("batch",),
}
"""The fields whose text may name a row, by table."""

MOST_SHOWN = 5
"""A finding suggests at most this many rows."""


def folded(text: str) -> str:
    """Returns a text in the form in which texts are compared: small letters, and single spaces."""
    return " ".join(text.casefold().split())


def batch_of(text: str) -> str:
    """Returns the number of a batch in the form in which batches are compared: small letters,
    without spaces and hyphens.

    >>> batch_of("LOT 12–A") == batch_of("lot12-a") == batch_of("Lot 12a")
    True

    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in plain if not _is_between(each))


def outlet_of(code: str) -> str:
    """Returns the code of an outlet or a group in the form in which codes are compared: small
    letters, without the sign between and without zeros before the number.

    >>> outlet_of("O-02") == outlet_of("o2")
    True

    """
    parts = re.findall(r"[^\W\d_]+|\d+", code.casefold())
    return "-".join(str(int(part)) if part.isdecimal() else part for part in parts)


def _is_between(sign: str) -> bool:
    """Whether a sign is a space, a hyphen of any kind, or an invisible character."""
    return sign.isspace() or sign == "\u2212" or unicodedata.category(sign) in ("Pd", "Cf")


def _folding(table: str) -> Callable[[str], str]:
    return batch_of if table == "lots" else folded


class References:
    """The IDs and the names of the rows of every table. The index of a table is built when it is
    first needed."""

    def __init__(self, records: Records, labels: Collection[str] = ()) -> None:
        """`labels` are the grants of a workbook that has no tab Grants, by their names in
        Budget."""
        self._tables = {
            name: _Names(rows, NAMES.get(name, ()), _folding(name))
            for name, rows in records.items()
            if rows
        }
        if labels:
            self._tables["grants"] = _Names({label: {} for label in labels}, ())

    def find(self, table: str, text: str, grant: str = "", day: str = "") -> str:
        """Returns the ID of the row of `table` to which `text` refers. Returns '' if no row fits,
        or more than one.

        If several budget lines have the name, `grant` and `day` choose among them: lines of this
        grant, and lines whose dates include this day. `grant` is '' if it is not known; `day` is
        the day of an expense."""
        fitting = self.fitting(table, text, grant, day)
        return fitting[0] if len(fitting) == 1 else ""

    def fitting(self, table: str, text: str, grant: str = "", day: str = "") -> tuple[str, ...]:
        """Returns the IDs of all rows that `text` may mean. If a row has this ID, it is this row
        alone; otherwise it is all rows with this name."""
        names = self._tables.get(table)
        if names is None or not text:
            return ()
        by_id = names.by_id(text)
        if by_id:
            return (by_id,)
        by_name = names.by_name.get(names.fold(text), ())
        if table == "budget" and grant and len(by_name) > 1:
            by_name = tuple(id_ for id_ in by_name if self._grant_of(names, id_) == grant)
        if table == "budget" and day and len(by_name) > 1:
            # If several lines have the name, the day of the expense decides.
            # Example: one line Rent is for January, and another line Rent is for February.
            return tuple(id_ for id_ in by_name if _lasts_on(names.rows[id_], day)) or by_name
        return by_name

    def near(self, table: str, text: str) -> tuple[str, ...]:
        """Returns the IDs of the rows whose name is spelled nearly like `text`."""
        names = self._tables.get(table)
        return names.near(text) if names else ()

    def _grant_of(self, lines: _Names, id_: str) -> str:
        return self.find("grants", lines.rows[id_].get("grant", ""))


def _lasts_on(line: Fields, day: str) -> bool:
    """Whether a day lies between the first and the last day of a line. A blank date is no limit."""
    return line.get("start", "") <= day <= (line.get("end") or day)


class Followed:
    """Changes references by name when names change, so that they still refer to the same row.

    Example: the cell *Grant* of an expense says "Harbour Fund", and somebody corrects the funder of
    G-1 to "Harbour Foundation". The expense still belongs to G-1, so its text becomes the new name.
    Another example: next year a second grant has the same title. References that were typed before
    belong to the first grant, so their text becomes its ID."""

    def __init__(
        self, old: Records, new: Records, renames: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        """`old` and `new` are the rows of the tables before and after the change. `renames`: the
        new ID of each row that has another ID now, by its table and its old ID."""
        self._renames = renames or {}
        self._is_other = any(
            _all_names(table, old.get(table, {})) != _all_names(table, rows)
            for table, rows in new.items()
            if table in NAMES
        )
        self._old, self._new = References(old), References(new)
        self._rows = old, new

    def __bool__(self) -> bool:
        """Whether any row has another name, or a row was added or removed."""
        return self._is_other

    def text(self, table: str, text: str) -> str:
        """Returns the new text of a reference to `table`. It is the same text, or the new name of
        the same row. If several rows have that name now, it is the ID of the row."""
        was = self._old.find(table, text)
        id_ = self._renames.get((table, was), was)
        old, new = self._rows[0].get(table, {}).get(was), self._rows[1].get(table, {}).get(id_)
        if old is None or new is None or self._new.find(table, text) == id_:
            return text
        fold = _folding(table)
        fields = (field for field in NAMES[table] if fold(old.get(field, "")) == fold(text))
        # A text that is an ID in other capitals was not meant as a name.
        name = new.get(next(fields, ""), "")
        return name if self._new.find(table, name) == id_ else id_


def _all_names(table: str, rows: Mapping[str, Fields]) -> dict[str, tuple[str, ...]]:
    return {id_: tuple(row.get(field, "") for field in NAMES[table]) for id_, row in rows.items()}


class _Names:
    """The IDs and names of one table."""

    def __init__(
        self,
        rows: Mapping[str, Fields],
        fields: Iterable[str],
        fold: Callable[[str], str] = folded,
    ) -> None:
        self.rows = rows
        self.fold = fold
        self._fields = tuple(fields)

    def by_id(self, text: str) -> str:
        """Returns the ID that equals `text`, exactly or with other capitals.

        Returns '' if there is none, or if two IDs differ only in capitals."""
        return text if text in self.rows else self._in_any_case.get(text.strip().casefold(), "")

    @cached_property
    def _in_any_case(self) -> dict[str, str]:
        loose: dict[str, str] = {}
        for id_ in self.rows:
            # If two rows have the IDs `B-1` and `b-1`, other capitals could mean either of them.
            key = id_.strip().casefold()
            loose[key] = "" if key in loose else id_
        return loose

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """The IDs of the rows that have a name, by name, in the order of the table."""
        named: dict[str, dict[str, None]] = {}
        for id_, row in self.rows.items():
            for field in self._fields:
                name = self.fold(row.get(field, ""))
                if name:
                    named.setdefault(name, {})[id_] = None
        return {name: tuple(ids) for name, ids in named.items()}

    def near(self, text: str) -> tuple[str, ...]:
        import difflib

        # IDs are left out, because every ID is spelled nearly like a dozen others.
        close = difflib.get_close_matches(self.fold(text), list(self.by_name), MOST_SHOWN, 0.75)
        return tuple(dict.fromkeys(id_ for name in close for id_ in self.by_name[name]))
