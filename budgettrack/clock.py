"""What day it is where the group lives: by the config, else by its spreadsheet; months end there."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from budgettrack.config import Config
from budgettrack.core.errors import RegisterError
from budgettrack.register import reading
from budgettrack.register.asking import answer


def zone_of(config: Config) -> ZoneInfo:
    """The group's time zone: the config's, else that of the spreadsheet as last read, else UTC."""
    if config.time_zone:
        return ZoneInfo(config.time_zone)
    if config.google is None:
        return ZoneInfo("UTC")
    try:
        name = answer(config.register, lambda ask: reading.meta(ask, "time_zone"))
        return ZoneInfo(name or "UTC")
    except (RegisterError, KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def today_of(config: Config, on: date | None, now: datetime) -> date:
    """The day at the moment `now` where the group lives, or the day asked for."""
    return on or now.astimezone(zone_of(config)).date()
