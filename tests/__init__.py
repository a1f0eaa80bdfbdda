"""The tests. Python keeps what it has compiled, whatever the environment says: they start hundreds of
processes, and each would compile the program again.

openpyxl reads workbooks of our own making here, hundreds of them: without the guard against hostile
XML, which the tests' packages bring along, it reads them with a faster parser."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("OPENPYXL_DEFUSEDXML", "False")
