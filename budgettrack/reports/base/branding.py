"""How reports look: our templates or a group's own before them, its logo, two colours, and the size
of paper."""

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
"""Bytes of a logo: it is in every page, and a page is to stay below 150 kB."""

CONTRAST = 4.5
"""The least contrast of text to its ground (WCAG 2.2, 1.4.3, level AA)."""


@dataclass(frozen=True)
class Branding:
    """`templates` is a folder that is looked in before ours; `colours` are two of `#rrggbb`;
    `paper` is a4 or letter."""

    templates: Path | None = None
    logo: Path | None = None
    colours: tuple[str, str] | None = None
    paper: str = "a4"

    @cached_property
    def logo_bytes(self) -> bytes:
        """The logo's file. Raises `TrackError` where it is not there, or is too large for a
        page."""
        if self.logo is None:
            return b""
        try:
            content = self.logo.read_bytes()
        except OSError as error:
            raise TrackError(
                f"The logo {self.logo} cannot be read: {error.strerror}. Put it there, or take the"
                " line logo out of [reports] in the config; nothing was written."
            ) from error
        if len(content) > MOST:
            raise TrackError(
                f"The logo {self.logo} has {len(content) // 1000} kB; every page holds it, so at"
                f" most {MOST // 1000} kB can be. Save it smaller; nothing was written."
            )
        return content

    @property
    def logo_link(self) -> str:
        """The logo as it stands in a page; empty without one."""
        if self.logo is None:
            return ""
        content = base64.b64encode(self.logo_bytes).decode()
        return f"data:{LOGOS[self.logo.suffix.lower()]};base64,{content}"


_PACKAGE = Path(__file__).resolve().parents[2]


def folders(own: Path | None = None) -> tuple[Path, ...]:
    """Where templates are: a group's own, inside the package as the wheel ships them, or beside it
    in a checkout."""
    ours = _PACKAGE / "templates", _PACKAGE.parent / "templates"
    return (own, *ours) if own else ours


def contrast(colour: str, ground: str = "#ffffff") -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000")), round(contrast("#ffffff"))
    (21, 1)
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def look_of(config: Config) -> Branding:
    """How the group's reports look; raises `ConfigError` for a colour in which nobody could
    read."""
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
    return Branding(config.templates, config.logo, config.colours, config.paper)
