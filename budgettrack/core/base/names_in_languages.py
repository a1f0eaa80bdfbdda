"""The names of tabs, headings and choices in other languages, by language, kind and English name.

`docs/words.py` writes this file from the catalogs in `locale/sheet/`. Do not edit it: edit the
catalog, and run `python docs/words.py`."""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off
NAMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "ar": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
    "es": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
    "fa": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
    "fr": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
    "ru": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
    "uk": {
        "tab": {
        },
        "heading": {
        },
        "choice": {
        },
    },
}
# fmt: on
