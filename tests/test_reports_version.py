"""Every report says in its metadata which version of the program made it."""

from __future__ import annotations

import io
import json

import openpyxl
import pikepdf

from budgettrack.version import PROGRAM
from tests.world.report_plans import harbour, site_files, summary, summary_files


def test_page_paper_workbook_and_data_name_the_program() -> None:
    made = summary_files(summary(harbour()))
    site = dict(site_files(harbour()))
    (html,) = [content for name, content in made.items() if name.endswith(".html")]
    (pdf,) = [content for name, content in made.items() if name.endswith(".pdf")]
    (xlsx,) = [content for name, content in made.items() if name.endswith(".xlsx")]

    assert f'<meta name="generator" content="{PROGRAM}">'.encode() in html
    assert f'<meta name="generator" content="{PROGRAM}">'.encode() in site["index.html"]
    assert json.loads(site["datapackage.json"])["generator"] == PROGRAM
    for content in (xlsx, site["data.xlsx"]):
        assert openpyxl.load_workbook(io.BytesIO(content)).properties.description == PROGRAM
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        assert str(paper.docinfo["/Keywords"]) == PROGRAM
