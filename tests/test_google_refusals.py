"""Each refusal of Google has its own words, with the remedy that helps."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.load import spreadsheet_id
from budgettrack.host.directory import HostedGroup
from budgettrack.workbook.google import errors
from budgettrack.workbook.google.cells import Spreadsheet
from budgettrack.workbook.google.errors import REFUSALS, ErrorAnswer
from budgettrack.workbook.google.refused import refused_place

EMAIL = "account@example.iam.gserviceaccount.com"
SHARED = Path(__file__).parents[2] / "shared" / "sheets-api"
LIMIT = "This action would increase the number of {} in the workbook above the limit of {} {}."
CASES = (
    (ErrorAnswer(401, "Request had invalid authentication credentials."), "access was withdrawn"),
    (ErrorAnswer(404, "File not found: 1"), "lies in the trash"),
    (ErrorAnswer(404, "Requested entity was not found."), "There is no such spreadsheet"),
    (
        ErrorAnswer(
            400, "Invalid requests[0].updateSheetProperties: The sheet name cannot be empty."
        ),
        "Google refuses this write: Invalid requests[0]",
    ),
    (
        ErrorAnswer(400, "You can't hide all the sheets in a document."),
        "Show one of them (View > Hidden sheets)",
    ),
    (ErrorAnswer(400, "Invalid value at 'data.values'"), "if it stays, report it"),
    (ErrorAnswer(429, "Quota exceeded for quota metric"), "at different times"),
    (ErrorAnswer(429, "Quota exceeded for quota group 'ReadGroup'"), "at different times"),
    (
        ErrorAnswer(403, "The caller does not have permission"),
        "If it was shared before, its owner may have moved",
    ),
    (
        ErrorAnswer(403, "The caller does not have permission", making=True),
        "Make an empty spreadsheet yourself",
    ),
    (
        ErrorAnswer(403, "The user's Drive storage quota has been exceeded."),
        "Make an empty spreadsheet yourself",
    ),
    (
        ErrorAnswer(400, "This operation is not supported for this document"),
        "choose File > Save as Google Sheets",
    ),
    (
        ErrorAnswer(
            403,
            "Caller does not have required permission to use project example-project. Grant the"
            " caller the roles/serviceusage.serviceUsageConsumer role",
        ),
        "the role Service Usage Consumer",
    ),
    (
        ErrorAnswer(
            400,
            "Invalid requests[0].addSheet: " + LIMIT.format("sheets", 200, "sheets"),
        ),
        "Delete tabs that nobody needs",
    ),
    (
        ErrorAnswer(
            400,
            "Invalid requests[1].addSheet: " + LIMIT.format("cells", 10_000_000, "cells"),
        ),
        "Google allows ten million cells",
    ),
    (
        ErrorAnswer(400, "You are trying to edit a protected cell or object.", place="B5"),
        f"write B5. In Data > Protect sheets and ranges, let {EMAIL} edit that range",
    ),
    (
        ErrorAnswer(400, "The specified edit is not allowed in a table.", place="B5:C7"),
        "to be written into B5:C7: that is in the Table's headings",
    ),
    (
        ErrorAnswer(403, "The owner of this file has restricted editing; the file is locked."),
        "Ask the owner to unlock it",
    ),
)


@pytest.mark.parametrize(("answer", "said"), CASES)
def test_each_refusal_has_the_remedy_that_helps(answer: ErrorAnswer, said: str) -> None:
    assert said in str(errors.answered(answer, EMAIL))


@pytest.mark.parametrize("name", ["errors.jsonl", "reported.jsonl"])
def test_each_refusal_that_was_recorded_or_reported_has_its_words(name: str) -> None:
    """Every line has a case above, and is answered with the words of its last case: a request that
    makes a sheet has others than one that opens it."""
    if not SHARED.is_dir():
        pytest.skip("recordings are kept beside the project, not in it")
    lines = [json.loads(line) for line in (SHARED / name).read_text("utf-8").splitlines()]
    for held in lines:
        error = held["response_body"]["error"] if "response_body" in held else held
        making = "create" in held.get("when", "")
        answer = ErrorAnswer(error["code"], error["message"], making=making)
        known = [
            (case, said)
            for case, said in CASES
            if case.status == answer.status
            and case.message in answer.message
            and case.making <= making
        ]
        assert known, answer
        case, said = known[-1]
        answered = errors.answered(msgspec.structs.replace(answer, place=case.place), EMAIL)
        assert said in str(answered), answer
    assert len(lines) > 8


@pytest.mark.parametrize(("answer", "said"), CASES)
def test_each_refusal_is_known_by_an_entry_of_its_own(answer: ErrorAnswer, said: str) -> None:
    """The last two entries know every answer: they say too little but where only a fault of a
    program brings the answer about, which is reported as Google says it."""
    known = next(index for index, one in enumerate(REFUSALS) if one.knows(answer))

    is_ours = "cannot be empty" in answer.message or "Invalid value at" in answer.message
    assert (known >= len(REFUSALS) - 2) is is_ours, said


def test_a_refusal_names_the_cells_that_google_counts() -> None:
    area = {
        "sheetId": 7,
        "startRowIndex": 4,
        "endRowIndex": 6,
        "startColumnIndex": 1,
        "endColumnIndex": 3,
    }
    body = json.dumps({"requests": [{}, {"updateCells": {"range": area}}]}).encode()

    assert refused_place("Invalid requests[1].updateCells: No.", body) == (
        "B5:C6 in the tab whose link ends in gid=7"
    )
    size = {"rowCount": 9, "columnCount": 9}
    costs = {"columnIndex": 1, "columnName": "Amount"}
    table = {"name": "Costs", "range": {"endRowIndex": 6, "endColumnIndex": 3}}
    seen = msgspec.convert(
        {
            "sheets": [
                {
                    "properties": {"sheetId": 7, "title": "Budget", "gridProperties": size},
                    "tables": [table | {"columnProperties": [costs]}],
                }
            ]
        },
        Spreadsheet,
    )
    named = refused_place("Invalid requests[1].updateCells: No.", body, seen)
    assert named == "B5:C6 in the tab Budget (Table Costs, columns Amount, C)"
    assert refused_place("Invalid requests[9].updateCells: No.", body) == ""
    assert refused_place("The caller does not have permission", body) == ""


PUBLISHED = (
    "https://docs.google.com/spreadsheets/d/e/2PACX-1vQ-aB/pubhtml",
    "https://docs.google.com/spreadsheets/d/e/2PACX-1vQ-aB/pubhtml?gid=0&single=true",
    "https://docs.google.com/spreadsheets/d/e/2PACX-1vQ-aB/pub?output=csv",
)


@pytest.mark.parametrize("link", PUBLISHED)
def test_the_link_of_a_published_copy_is_told_as_one_before_google_is_asked(
    link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = (
        "the link of a published copy (File > Share > Publish to web), in which nobody can write."
    )
    remedy = "Ask somebody who edits the sheet for the link of the sheet itself"
    for words in (
        ("init", "--google", link, "--credentials", "none.json"),
        ("adopt", link, "--credentials", "none.json"),
        ("doctor", "--probe", link, "--credentials", "none.json"),
    ):
        shown = CliRunner().invoke(main, words)
        assert shown.exit_code == 2, shown.output
        assert f"{link} is {said} {remedy}" in " ".join(shown.output.split()), words
    row = HostedGroup("A", {"state": "ready", "workbook": link})
    assert said in row.mistake
    Path("budgettrack.toml").write_text(f'[workbook]\ngoogle = "{link}"\n', "utf-8")
    shown = CliRunner().invoke(main, ["doctor"])
    assert f"The value is {said} {remedy}" in shown.output


def test_a_published_link_is_no_link_of_a_sheet() -> None:
    assert spreadsheet_id("https://docs.google.com/spreadsheets/d/e/2PACX-1vQ-aB/pubhtml") == ""
    assert spreadsheet_id("https://docs.google.com/spreadsheets/d/1aB_-c/edit#gid=0") == "1aB_-c"
