"""Reads one TOML file: every known key is read, and every mistake is recorded with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.months import Month, is_month

_MISSING = object()
GONE: Mapping[tuple[str, str], str] = {
    ("organisation", "contact"): (
        "Type it into the tab About us, beside how to reach us, and delete this line."
    )
}
"""The settings that do not exist any more, each with what to do instead."""


class ConfigReader:
    """Reads the config. If a setting is wrong, records a mistake and uses the default."""

    def __init__(
        self,
        path: Path,
        text: str,
        content: Mapping[str, Any],
        names: tuple[str, str] | None = None,
    ) -> None:
        """`names`: two names that are used in messages about mistakes. The first is for the text,
        the second for the place of settings that are not in the text. None if all settings are in
        the file `path`."""
        self.path = path
        self._names = names
        self.content = content
        self._lines = text.splitlines()
        self._mistakes: list[tuple[int, Finding]] = []

    def section(self, name: str, keys: Sequence[str]) -> dict[str, Any]:
        """Returns the settings of [name]. Returns {} if it is missing or wrong."""
        given = self.content.get(name, {})
        if not isinstance(given, dict):
            self.wrong("", name, "config-not-a-section", section=name)
            return {}
        self.only(name, given, keys)
        return given

    def sections(self, name: str, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Returns the tables of [[name]]. In messages they are called `name.1`, `name.2` and so
        on."""
        given = self.content.get(name, [])
        if not isinstance(given, list) or not all(isinstance(table, dict) for table in given):
            self.wrong("", name, "config-not-a-list-of-sections", section=name)
            return []
        for number, table in enumerate(given, 1):
            self.only(f"{name}.{number}", table, keys)
        return given

    def within(self, section: str, given: Any, keys: Sequence[str]) -> dict[str, Any]:
        """Returns the settings of a section inside another section."""
        if not isinstance(given, dict):
            self.wrong(section, "", "config-not-a-section", section=section)
            return {}
        self.only(section, given, keys)
        return given

    def only(self, section: str, given: Mapping[str, Any], keys: Sequence[str]) -> None:
        """Records every key that is not in `keys` as a mistake."""
        for key in given:
            if (remedy := GONE.get((section, key))) is not None:
                self.wrong(section, key, "config-setting-gone", key=key, remedy=remedy)
            elif key not in keys:
                self.wrong(section, key, "config-setting-unknown", key=key, known=", ".join(keys))

    def text(self, section: str, given: Mapping[str, Any], key: str, default: str) -> str:
        """Returns the text of a key, without blanks around it."""
        value = given.get(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        self.wrong(section, key, "config-not-a-text", key=key)
        return default

    def texts(self, section: str, given: Mapping[str, Any], key: str) -> dict[str, str]:
        """Returns the table of texts under a key, such as `{ date = "Datum" }`, as a dictionary."""
        value = given.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        self.wrong(section, key, "config-not-texts", key=key)
        return {}

    def whole(
        self, section: str, given: Mapping[str, Any], key: str, default: int, least: int
    ) -> int:
        """Returns the whole number of a key, which must be at least `least`."""
        value = given.get(key, _MISSING)
        if value is _MISSING:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.wrong(
            section,
            key,
            "config-not-a-whole-number",
            least=str(least),
            key=key,
            example=str(max(default, least)),
        )
        return default

    def truth(self, section: str, given: Mapping[str, Any], key: str, default: bool) -> bool:
        """Returns whether a key is true."""
        value = given.get(key, default)
        if isinstance(value, bool):
            return value
        usual = "false" if default else "true"
        self.wrong(section, key, "config-not-true-or-false", key=key, usual=usual)
        return default

    def day(self, section: str, given: Mapping[str, Any], key: str) -> date | None:
        """Returns the date of a key. Returns None if it is missing or wrong."""
        value = given.get(key)
        if value is None or type(value) is date:
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.wrong(section, key, "config-not-a-date", key=key)
        return None

    def month(self, section: str, given: Mapping[str, Any], key: str) -> Month | None:
        """Returns the month of a key. Returns None if it is missing or wrong."""
        value = given.get(key)
        if value is None or (isinstance(value, str) and is_month(value)):
            return value
        self.wrong(section, key, "config-not-a-month", key=key)
        return None

    def language(self, section: str, key: str, value: str) -> None:
        """Records a mistake if the value is not a language."""
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(value.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            self.wrong(section, key, "config-language-unknown", value=value)

    def wrong(self, section: str, key: str, code: str, /, **values: str) -> None:
        """Records a mistake, with the line of its key."""
        line = self._line(section, key)
        name = ".".join(part for part in (section, key) if part)
        place = f"{self.path.name}, line {line}, {name}"
        if self._names is not None:
            file, elsewhere = self._names
            place = f"{file}, line {line}, {name}" if line else f"{elsewhere}, {name}"
        self._mistakes.append((line, finding_at(place, code, name, **values)))

    def finish(self) -> None:
        """Raises `ConfigError` with every mistake that was recorded, in the order of the lines."""
        if self._mistakes:
            mistakes = sorted(self._mistakes, key=lambda noted: (noted[0], str(noted[1])))
            raise ConfigError(*(mistake for _, mistake in mistakes))

    def _line(self, section: str, key: str) -> int:
        """Returns the line of a key in its section. If the key is missing, returns the line of the
        section. If the section is missing too, returns 1, or 0 if some settings are not in the
        text."""
        of_section = 1 if self._names is None else 0
        current, inline = "", f"{section}.{key}" if section else key
        counted: dict[str, int] = {}
        for number, line in enumerate(self._lines, 1):
            heading = re.match(r"\s*+(\[++)([^\]]++)\]", line)
            if heading:
                current = heading[2].replace('"', "").replace(" ", "")
                if heading[1] == "[[":
                    counted[current] = counted.get(current, 0) + 1
                    current = f"{current}.{counted[current]}"
                if current == section:
                    of_section = number
                if current == inline:
                    return number
            elif current == section and re.match(rf'\s*"?{re.escape(key)}"?\s*(=|\.)', line):
                return number
        return of_section
