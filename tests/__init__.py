"""The tests. Python keeps what it has compiled, whatever the environment says: they start hundreds of
processes, and each would compile the program again."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
