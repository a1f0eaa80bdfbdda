"""Moves the register of a group from a file in the group's folder into the database of a host
with workers: when a host of one machine gets workers, and when a group comes back."""

from __future__ import annotations

from budgettrack import files
from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.holds import Hold
from budgettrack.group import OpenedGroup
from budgettrack.host.directory import HostedGroup
from budgettrack.host.group_config import (
    REGISTER,
    HostDefaults,
    content_of,
    folder_of,
    stands_beside,
)
from budgettrack.host.schemas import GroupsDatabase, schema_of
from budgettrack.register import copy
from budgettrack.register.home import stay_home
from budgettrack.register.store import Register, open_register

MOVED = f"{REGISTER}.moved"
"""The name of the old register after its move. It is kept: somebody may want to look into it."""

OF_THE_PLACE = frozenset({"holds", "meta"})
"""The tables in which a register says where it is stored, and whether this copy may send."""

TWO_REGISTERS = (
    "This group has two registers that differ: {file}, and the one in the database. Nothing is done"
    " for it. If the file is older, move it to another folder. If not, let the database's"
    ' administrator say: ALTER SCHEMA "{schema}" RENAME TO "old_{code}";'
)


def move_in(
    host: OpenedGroup, set_for_all: HostDefaults, database: GroupsDatabase, group: HostedGroup
) -> None:
    """Copies the register of a group from its file into its schema, and compares the two table
    by table. The old file gets another name, and sends nothing any more.

    It may be cut off anywhere: the next call continues. Raises `RegisterError` if the schema has
    another register already, and if somebody writes into the file for too long."""
    folder = folder_of(set_for_all, group)
    content = content_of(group, set_for_all, (), database.register_of(group.code))
    database.make(group.code)
    with (
        open_register(f"sqlite:///{folder / REGISTER}") as source,
        open_register(database.let_in(group.code)) as target,
    ):
        if _is_cut_off(source, target):
            stay_home(target)
        elif _is_empty(target):
            copy.move(source, target, Hold("other-machine", host.now()))
        else:
            raise RegisterError(
                TWO_REGISTERS.format(file=REGISTER, schema=schema_of(group.code), code=group.code)
            )
    # From now on, whoever works in this folder finds the register in the database.
    path, text = stands_beside(folder, content)
    files.write(path, text, private=True)
    (folder / REGISTER).replace(folder / MOVED)


def _is_empty(register: Register) -> bool:
    with register.reading() as ask:
        return not any(list(ask.rows(f"SELECT 1 FROM {table} LIMIT 1")) for table in copy.COPIED)


def _is_cut_off(source: Register, target: Register) -> bool:
    """Whether a move was stopped after it had copied everything."""
    if _is_empty(target):
        return False
    old, new = source.ask(copy.digests), target.ask(copy.digests)
    return all(old[table] == new[table] for table in copy.COPIED if table not in OF_THE_PLACE)
