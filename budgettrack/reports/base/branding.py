"""The look of a group's reports: its logo, two colours and the paper size. The templates come
only from this program."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from budgettrack.config.load import Config
from budgettrack.core.base.errors import ConfigError, TrackError
from budgettrack.core.base.findings import finding_at

LOGOS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}

MOST = 40_000
"""The largest logo in bytes. Every page contains the logo, and a page should stay below 150 kB."""

CONTRAST = 4.5
"""The smallest contrast between text and background (WCAG 2.2, 1.4.3, level AA)."""


@dataclass(frozen=True)
class Branding:
    """The look of a group's reports.

    `colours` are two colours as `#rrggbb`. `paper` is "a4" or "letter"."""

    logo: Path | None = None
    colours: tuple[str, str] | None = None
    paper: str = "a4"

    @cached_property
    def logo_bytes(self) -> bytes:
        """The content of the logo file, empty if there is no logo.

        Raises `TrackError` if the file cannot be read or is too large for a page.
        """
        if self.logo is None:
            return b""
        try:
            content = self.logo.read_bytes()
        except OSError as error:
            raise TrackError(
                f"The logo {self.logo} cannot be read: {error.strerror}. Put the file there, or"
                " remove the line logo from [reports] in the config; nothing was written."
            ) from error
        if len(content) > MOST:
            raise TrackError(
                f"The logo {self.logo} is {len(content) // 1000} kB. Every page contains it, so the"
                f" limit is {MOST // 1000} kB. Save a smaller file; nothing was written."
            )
        return content

    @property
    def logo_link(self) -> str:
        """The logo as a data URL for a page, or '' if there is no logo."""
        if self.logo is None:
            return ""
        content = base64.b64encode(self.logo_bytes).decode()
        return f"data:{LOGOS[self.logo.suffix.lower()]};base64,{content}"


_PACKAGE = Path(__file__).resolve().parents[2]


def folders() -> tuple[Path, ...]:
    """Returns the folders of templates in the order in which they are searched: the one in the
    installed package, then the one in a source checkout."""
    return _PACKAGE / "templates", _PACKAGE.parent / "templates"


def contrast(colour: str, ground: str = "#ffffff") -> float:
    """Returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000")), round(contrast("#ffffff"))
    (21, 1)
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Returns the relative luminance of `#rrggbb`, from 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def look_of(config: Config) -> Branding:
    """Returns the look that the config sets.

    Raises `ConfigError` if the first colour is too pale to be read on white."""
    if config.colours and contrast(config.colours[0]) < CONTRAST:
        raise ConfigError(
            finding_at(
                f"{config.path.name}, reports.colours",
                "config-colour-too-pale",
                "reports.colours",
                colour=config.colours[0],
                contrast=f"{contrast(config.colours[0]):.1f}",
                needed=str(CONTRAST),
            )
        )
    return Branding(config.logo, config.colours, config.paper)
