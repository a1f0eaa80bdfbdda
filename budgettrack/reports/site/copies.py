"""Says what copies of old pages reveal. An older version of the program published figures
without batches, and some of them may reveal what one person got. Its pages were replaced, but
others may have kept copies."""

from __future__ import annotations

from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.safety import amounts_of, is_safe
from budgettrack.core.sealing.withdrawn import NOTHING_WITHDRAWN
from budgettrack.group import OpenedGroup

_MOST = 12
"""At most this many figures are listed. The others are on the same old pages."""


def copies_words(group: OpenedGroup) -> str:
    """Returns a text that says which figures copies of old pages reveal, and what to do. Returns
    '' if they reveal none."""
    copies = [copy for copy in group.publications.copies if copy.what != "budget"]
    if not copies:
        return ""
    unsafe = [_name(group, copy) for copy in copies if not is_safe(amounts_of(copy.parts))]
    newest = max(copy.page for copy in copies)
    words = (
        f"An older version published single figures, up to the page of {newest}. These pages are"
        " replaced. Copies that others kept still have them."
    )
    if not unsafe:
        return (
            f"{words} Each figure there, less the same figure a page before, is the money of"
            " several people or firms. Two figures of different tables may still tell what one"
            " got: ask those who have copies to delete theirs."
        )
    more = f", and {len(unsafe) - _MOST} more" if len(unsafe) > _MOST else ""
    return (
        f"{words} These figures, less the same figure a page before, tell what one or two people"
        f" or firms got, or most of it: {'; '.join(unsafe[:_MOST])}{more}. Ask those who have"
        " copies to delete theirs, and tell the people whom it is about."
    )


def _name(group: OpenedGroup, copy: Batch) -> str:
    """Returns the page and the row of a figure in words. A name that was withdrawn is not
    repeated."""
    labels = copy.labels
    if group.withdrawn != NOTHING_WITHDRAWN:
        return copy.page
    names = [name for name in (labels.grant, labels.category, labels.activity) if name]
    return " ".join([copy.page, *names, *(["gifts"] if copy.what == "gifts" else ())])
