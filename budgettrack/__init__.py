"""Work-plan, budget and resources of a community-led group: synced from its sheet, checked, reported."""

__version__ = "0.1.0"
