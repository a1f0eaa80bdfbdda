"""Each refusal of Google has its own words, with the remedy that helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from budgettrack.config.load import spreadsheet_id
from budgettrack.workbook.google import errors
from budgettrack.workbook.google.errors import REFUSALS, ErrorAnswer
from budgettrack.workbook.google.workbook import refused_place

EMAIL = "account@example.iam.gserviceaccount.com"
SHARED = Path(__file__).parents[2] / "shared" / "sheets-api"
LIMIT = "This action would increase the number of"
CASES = (
    (ErrorAnswer(401, "Request had invalid authentication credentials."), "access was withdrawn"),
    (ErrorAnswer(404, "File not found: 1x."), "lies in the trash"),
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
    (ErrorAnswer(429, "Quota exceeded for quota metric 'Write requests'"), "at different times"),
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
            400, f"Invalid requests[0].addSheet: {LIMIT} sheets above the limit of 200 sheets."
        ),
        "Delete tabs that nobody needs",
    ),
    (
        ErrorAnswer(
            400, f"Invalid requests[1].addSheet: {LIMIT} cells above the limit of 10000000 cells."
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
def test_each_refusal_that_was_recorded_or_reported_is_in_the_table(name: str) -> None:
    """Only the last two, which know every answer, would say too little."""
    if not SHARED.is_dir():
        pytest.skip("recordings are kept beside the project, not in it")
    for line in (SHARED / name).read_text("utf-8").splitlines():
        held = json.loads(line)
        error = held["response_body"]["error"] if "response_body" in held else held
        answer = ErrorAnswer(error["code"], error["message"])
        known = next(index for index, one in enumerate(REFUSALS) if one.knows(answer))
        own_words = known < len(REFUSALS) - 2
        # What only a fault of a program brings about is reported as Google says it.
        ours = ("cannot be empty", "Invalid value at 'data.values'")
        assert own_words or any(words in answer.message for words in ours), answer


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
    assert refused_place("Invalid requests[9].updateCells: No.", body) == ""
    assert refused_place("The caller does not have permission", body) == ""


def test_a_published_link_is_no_link_of_a_sheet() -> None:
    assert spreadsheet_id("https://docs.google.com/spreadsheets/d/e/2PACX-1vQ-aB/pubhtml") == ""
    assert spreadsheet_id("https://docs.google.com/spreadsheets/d/1aB_-c/edit#gid=0") == "1aB_-c"
