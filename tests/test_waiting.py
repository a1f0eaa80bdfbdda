"""A command waits for the register, says for whom, and then gives up. Nothing is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from budgettrack.register.turn import LONGEST, signature
from tests.world.group import CONFIG, ON, Commands, Group
from tests.world.registers import KINDS, fresh


@pytest.fixture(params=KINDS)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh(request.param, tmp_path) as url:
        yield f'{CONFIG}[register]\nurl = "{url}"\n'


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def begun(group: Group, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "budgettrack", "--config", str(group.config), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )


@pytest.mark.slow
def test_of_sixteen_commands_at_once_all_are_done(group: Group) -> None:
    numbers = range(16)
    commands = [begun(group, "grants", "set", "G-1", f"next_step=Step {n}") for n in numbers]
    ended = [(command.communicate()[1], command.returncode) for command in commands]
    assert [code for _, code in ended] == [0] * 16, [error for error, code in ended if code]
    history = group.run("history", "G-1", "--csv").stdout
    told = re.findall(r"Step (\d+)\s*$", history, re.MULTILINE)
    assert sorted(map(int, told)) == list(numbers), "each of them is in the history"


@pytest.mark.slow
def test_who_waits_says_for_whom_and_goes_on_when_it_is_free(group: Group) -> None:
    """The one who writes asks a person meanwhile, and that takes a while."""
    code = (
        "import sys; from budgettrack.register.store import Turn, open_register\n"
        "with open_register(sys.argv[1], Turn('sync')) as register, register.writing():\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    url = re.search('url = "(.*)"', group.config.read_text())
    assert url is not None
    with subprocess.Popen(
        [sys.executable, "-c", code, url[1]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with begun(group, "grants", "set", "G-1", "title=Waited") as waits:
            assert waits.stderr is not None
            told = waits.stderr.readline()
            assert re.fullmatch(
                r"Waiting for the register, at most 60 s: sync, since \d{4}-\d\d-\d\d \d\d:\d\d UTC,"
                rf" on .+, process {holder.pid}\.\n",
                told,
            ), told
            gave_up = group.run("--wait", "0", "grants", "set", "G-1", "title=Gave up")
            assert gave_up.exit_code == 1
            assert f"process {holder.pid}. Wait until it ends, then try again" in gave_up.stderr
            quiet = group.run("--quiet", "--wait", "0.6", "grants", "set", "G-1", "title=Quiet")
            assert "Waiting" not in quiet.stderr
            holder.communicate("")
            waits.communicate()
        assert waits.returncode == 0
    assert "Waited" in group.run("grants", "list", "--json").stdout


@pytest.mark.parametrize("command", ["sync", "report transparency", "a" * 80, "résumé"])
def test_a_signature_is_what_a_server_keeps_of_it(command: str) -> None:
    signed = signature(command)
    assert signed.isascii()
    assert len(signed) <= LONGEST


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "-1", "1e400", "86401", "soon", ""])
def test_a_wait_that_is_no_length_of_time_is_refused_in_words(group: Group, typed: str) -> None:
    refused = group.run(f"--wait={typed}", "status", *ON)
    assert refused.exit_code == 2
    assert (
        f"Invalid value for '--wait': \"{typed}\" is no number of seconds from 0 to 86400, which is"
        " a day. Type it as 120."
    ) in refused.stderr
