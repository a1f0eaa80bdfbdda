"""A group whose first expenses name their payees, and what its register keeps of them."""

from __future__ import annotations

from pathlib import Path

from budgettrack.core.records.model import Fields
from budgettrack.register import queries
from budgettrack.register.store import open_register
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.group import CONFIG, ROWS, Group


def with_payees(folder: Path, *payees: str, config: str = CONFIG) -> Group:
    """A group whose first expenses have payees."""
    group = Group(folder, config=config)
    expenses: list[Fields] = [
        {**row, "payee": payee} if payee else row
        for row, payee in zip(
            ROWS["expenses"], (*payees, *[""] * len(ROWS["expenses"])), strict=False
        )
    ]
    group.path.unlink()
    new_workbook(
        group.path, with_optional=frozenset({"payee"}), rows={**ROWS, "expenses": expenses}
    )
    return group


def hashes(group: Group) -> dict[str, str]:
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register:
        return register.ask(queries.payees)
