"""Parts of the program that need packages which most groups do not install. Such a part is called
an extra.

An extra is installed from a list of packages in the release, which has the name of the extra;
each package is checked by its hash. An extra is never installed by the name of this project,
because on the package index that name belongs to somebody else."""

from __future__ import annotations


def missing(purpose: str, extra: str) -> str:
    """Returns the sentence for a user who needs an extra that is not installed."""
    return (
        f"{purpose} needs the extra '{extra}', which is not installed. In the folder of the"
        f" release: pip install --require-hashes -r requirements-{extra}.txt"
    )
