"""Runs a command as a systemd unit would: as its user, under its filter of system calls, and with
the folders that it may see and write.

There is no systemd in a test, so its parts are made with what it uses itself: mounts and namespaces
by bubblewrap, the filter by libseccomp from the groups that `systemd-analyze` prints, user and
capabilities by setpriv's own calls. Not proven here: MemoryMax (a control group), ProtectClock and
the like (they follow from the empty set of capabilities), LoadCredentialEncrypted (its file is made
as systemd makes it: 0400 of root, with an access control list)."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

USER = 64123
"""A user that no machine has."""

MISSING = ""
for _program in ("bwrap", "systemd-analyze", "setfacl"):
    if shutil.which(_program) is None:
        MISSING = f"{_program} is not here, by which a unit is run as systemd would"
if not sys.platform.startswith("linux") or os.geteuid() != 0:
    MISSING = "only root on Linux can take on the user of a unit"


def settings(unit: str) -> dict[str, list[str]]:
    """Returns the settings of a unit, each with all its values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"(?m)^(\w+)=(.*)$", unit):
        found.setdefault(key, []).append(value)
    return found


def allowed(unit: str) -> set[str]:
    """Returns the names of the system calls that the unit allows."""
    calls: set[str] = set()
    for line in settings(unit)["SystemCallFilter"]:
        groups = {name for word in line.lstrip("~").split() for name in _members(word)}
        calls = calls - groups if line.startswith("~") else calls | groups
    return calls


def _members(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    said = subprocess.run(
        ["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.strip() for line in said.splitlines()[1:]]
    return {name for line in lines if line and line[0] != "#" for name in _members(line)}


def run(
    unit: str,
    words: Sequence[str],
    folder: Path,
    credentials: Path,
    *,
    write: Sequence[Path] = (),
    read: Sequence[Path] = (),
    environment: Mapping[str, str] = os.environ,
) -> subprocess.CompletedProcess[str]:
    """Runs a command under a unit, in its group's `folder`. `write` are the folders of its
    ReadWritePaths, `read` those that a test needs beside a system's own."""
    process = begin(
        unit, words, folder, credentials, write=write, read=read, environment=environment
    )
    try:
        printed, errors = process.communicate(timeout=300)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, printed, errors)


def begin(
    unit: str,
    words: Sequence[str],
    folder: Path,
    credentials: Path,
    *,
    write: Sequence[Path] = (),
    read: Sequence[Path] = (),
    environment: Mapping[str, str] = os.environ,
) -> subprocess.Popen[str]:
    """Begins what `run` runs, and does not wait for its end."""
    said = settings(unit)
    assert said["ProtectSystem"] == ["strict"]
    assert said["PrivateTmp"] == said["ProtectHome"] == said["NoNewPrivileges"] == ["true"]
    assert said["CapabilityBoundingSet"] == [""]
    command = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc"]
    command += ["--ro-bind", "/", "/", "--dev", "/dev"]
    command += ["--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/home", "--tmpfs", "/root"]
    program = (Path(__file__).parents[2], Path(sys.prefix), Path(sys.base_prefix))
    for path in (*read, *program, credentials):
        command += [*_way(path), "--ro-bind", str(path), str(path)]
    for path in (folder, *write):
        command += [*_way(path), "--bind", str(path), str(path)]
    # As PrivateTmp makes it: for everybody.
    command += ["--chmod", "1777", "/tmp", "--chdir", str(folder)]
    denied = said.get("SystemCallErrorNumber") == ["EPERM"]
    command += ["--", sys.executable, "-c", _LAUNCH, str(denied), " ".join(sorted(allowed(unit)))]
    return subprocess.Popen(
        [*command, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "HOME": str(folder)},
    )


def _way(path: Path) -> list[str]:
    """Makes the folders on the way to a path enterable for everybody, where they are empty ones."""
    return [
        word
        for parent in list(path.parents)[-2::-1]
        if parent.parts[1] in ("tmp", "home", "root", "dev") and len(parent.parts) > 2
        for word in ("--perms", "0755", "--dir", str(parent))
    ]


_LAUNCH = f"""
import ctypes, os, socket, sys
import pyseccomp as seccomp
os.setgroups([]); os.setresgid({USER}, {USER}, {USER}); os.setresuid({USER}, {USER}, {USER})
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
denied = seccomp.ERRNO({errno.EPERM}) if sys.argv[1] == "True" else seccomp.KILL_PROCESS
filter = seccomp.SyscallFilter(denied)
for name in sys.argv[2].split():
    try:
        if name != "socket":
            filter.add_rule(seccomp.ALLOW, name)
    except (ValueError, RuntimeError, OSError):
        pass  # a call of another machine's kind
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    filter.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, family))
filter.load()
os.umask(0o077)
os.execv(sys.argv[3], sys.argv[3:])
"""
