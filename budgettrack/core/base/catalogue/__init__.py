"""The catalogue of findings. A finding is a problem or a doubt in the data; the catalogue has the
code, the severity and the text of each kind.

There is one file for each subject. A code never changes: people name it in their config, and
programs read it. docs/findings.md is generated from the catalogue."""

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
    "supplies": "Supplies",
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
