"""Starts one command and tells what it took: `python -I -S launcher.py FILE COMMAND...`.

The peak memory of a child is never less than what its parent had grown to when it was started: the
system counts what is there before the new program begins. So this process stays as small as Python
can be. It imports nothing beside `os`, `sys` and `time`, and it is started anew for each command.

FILE gets one line: exit code, seconds of wall time, seconds of work, KiB of the largest process."""

import os
import sys
import time


def main(told: str, command: list[str]) -> None:
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begun
    work = usage.ru_utime + usage.ru_stime
    with open(told, "w", encoding="ascii") as file:
        file.write(f"{os.waitstatus_to_exitcode(status)} {seconds} {work} {usage.ru_maxrss}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
