"""What goes to the public by mail is audited like its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditor.scenarios import rename
from tests.world.smtp_server import MailHost


@pytest.mark.slow
@pytest.mark.usefixtures("password")
def test_nothing_can_be_computed_from_mails_and_pages_together(tmp_path: Path) -> None:
    with MailHost(tmp_path) as post:
        group = rename()
        group.post = post

        report = group.audited(tmp_path / "group")

    mails = list((tmp_path / "group").rglob("*.eml"))
    assert len(mails) == 2 * group.marks.worlds
    assert not report.breaches, report
