"""The catalogue: every finding that the program can make, by its code, with severity and words.

One file for each thing that is looked at. A code is stable: people name it in their config, and
programs read it. docs/findings.md is made from it."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, Severity
from budgettrack.core.base.catalogue.config import CONFIG
from budgettrack.core.base.catalogue.doctor import DOCTOR
from budgettrack.core.base.catalogue.drafts import DRAFTS
from budgettrack.core.base.catalogue.open_data import OPEN_DATA
from budgettrack.core.base.catalogue.plan import PLAN
from budgettrack.core.base.catalogue.profiles import PROFILES

__all__ = ["CODES", "DRAFTS", "GROUPS", "PLAN", "Code", "Severity"]

CODES: Mapping[str, Code] = {**PLAN, **DRAFTS, **CONFIG, **PROFILES, **DOCTOR, **OPEN_DATA}

GROUPS: Mapping[str, str] = {
    "data": "The workbook",
    "sync": "Workbook and register",
    "money": "Money",
    "work": "Work",
    "promises": "Promises",
    "reports": "Reports",
    "privacy": "Privacy",
    "drafts": "Drafts of a funder's summary",
    "config": "The config (budgettrack.toml)",
    "profiles": "Profiles of funders",
    "doctor": "What stands in the way (budgettrack doctor)",
    "iati": "Open data: IATI",
    "360giving": "Open data: 360Giving",
}
"""The groups of codes, in the order of the docs, each with its title."""
