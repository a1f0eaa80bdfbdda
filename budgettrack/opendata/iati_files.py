"""Makes the IATI files from the register. A person first looks at a draft; the files are written
only after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from budgettrack import files
from budgettrack.config.open_data import OpenData
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.group import OpenedGroup
from budgettrack.opendata import iati
from budgettrack.opendata.exclusions import exclusions
from budgettrack.opendata.flows import DatedView
from budgettrack.opendata.preview import Said, SeenText, said, seen
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.translations import words
from budgettrack.reports.make import refuse_if_stopped
from budgettrack.reports.site.public_pages import public_pages
from budgettrack.reports.site.withheld_names import known_organisations

ACTIVITIES, ORGANISATION = "iati/activities.xml", "iati/organisation.xml"


class IatiDraft(Struct, frozen=True):
    """Files that could be published, by their path from the public folder.

    `findings` are problems in the data; `seen` lists every text in the files.
    """

    contents: Mapping[str, bytes]
    findings: Sequence[Finding]
    seen: Sequence[SeenText]


def draft(group: OpenedGroup, out: Path, handed_on: Sequence[iati.SubGrantTold] = ()) -> IatiDraft:
    """Returns the IATI files of the published pages, compared with those in `out`/public. Nothing
    is written. `handed_on`: what a host hands on to groups that are named.

    Raises `UsageError` if [open_data] is missing, or if no page is published.
    Raises `TrackError` if publishing is stopped.
    """
    refuse_if_stopped(group)
    config = group.config
    settings = settings_of(group)
    pages = published(group)
    translators = [words(language) for language in settings.languages]
    publisher = iati.Publisher(config.organisation, settings, translators, config.site, handed_on)
    iati_files = iati.made(pages, publisher)
    contents = {
        ACTIVITIES: iati_files.activities,
        **({ORGANISATION: iati_files.organisation} if iati_files.organisation is not None else {}),
        iati.EXCLUSIONS: exclusions(pages[-1][0], settings, translators[0], look_of(config)),
    }
    texts = [
        item
        for name in (ACTIVITIES, ORGANISATION)
        for item in seen(
            said(contents[name]) if name in contents else [], _before(out / "public" / name)
        )
    ]
    return IatiDraft(contents, iati_files.findings, texts)


def write(found: IatiDraft, out: Path) -> list[Path]:
    """Writes all files of a draft into `out`/public, or none. Returns the paths.

    Raises `TrackError` if the folder cannot be written.
    """
    try:
        paths = files.write_all(out / "public", found.contents, private=False)
        if ORGANISATION not in found.contents:
            (out / "public" / ORGANISATION).unlink(missing_ok=True)
        return paths
    except OSError as error:
        raise TrackError(
            f"The files cannot be written to {out}: {error.strerror}. Make room or give write"
            " permission there, or name another folder with --out; the earlier files are"
            " unchanged."
        ) from error


def settings_of(group: OpenedGroup) -> OpenData:
    """Returns the section [open_data] of the config, with organisations that were withdrawn.

    Raises `UsageError` with an example if the section is missing.
    """
    settings = group.config.open_data
    if settings is None:
        raise UsageError(
            "The config does not say who publishes, where and in which sector. Add this section"
            ' with your own values: [open_data] country = "PT", sectors = { "13040" = 60,'
            ' "15160" = 40 }, and [open_data.reporter] ref = "XE-EXAMPLE-1". Read docs/open-data.md'
            " first: for some groups it is safer not to publish."
        )
    return replace(settings, organisations=known_organisations(group))


def published(group: OpenedGroup) -> list[DatedView]:
    """Returns the published pages without grants that were withdrawn later, oldest first.

    Raises `UsageError` if no page is published.
    """
    pages = [(page.view, page.on) for page in public_pages(group)]
    if not pages:
        raise UsageError("No page is published yet. First run: budgettrack report transparency")
    return pages


def _before(path: Path) -> list[Said]:
    """Returns the texts of a file on disk. Returns [] if the file cannot be read."""
    try:
        return said(path.read_bytes())
    except (OSError, SyntaxError):
        return []
