"""Replays recorded exchanges of the real service against the server, and tells where the answers
differ."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from budgettrack.setup.probe.recording import compared

IDS = {
    "id",
    "spreadsheetId",
    "sheetId",
    "namedRangeId",
    "protectedRangeId",
    "filterViewId",
    "bandedRangeId",
    "metadataId",
    "tableId",
}
"""Fields whose values the service makes up."""
TIMES = {
    "createdTime",
    "modifiedTime",
    "createdDate",
    "modifiedDate",
    "modifiedByMeDate",
    "lastViewedByMeDate",
}
ACCOUNT = {
    "etag", "selfLink", "userPermission", "ownerNames", "owners", "lastModifyingUser", "lastModifyingUserName", "parents",
    "exportLinks", "thumbnailLink", "iconLink", "embedLink", "fileSize", "quotaBytesUsed", "version", "markedViewedByMeDate",
}  # fmt: skip
"""Fields that depend on the account or on Drive's storage, not on what was asked."""


@dataclass
class Replay:
    """One scenario's way through the server. `differences` has a line for each exchange that does
    not agree."""

    url: str
    token: str = "any"
    names: dict[Any, Any] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    agreed: int = 0

    def play(self, exchanges: Iterable[Mapping[str, Any]]) -> Replay:
        """Send every request in order and hold the answers together."""
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {self.token}"
            for each in exchanges:
                problem = self._one(session, each)
                if problem:
                    self.differences.append(f"{each['cassette']} {each['n']}: {problem}")
                else:
                    self.agreed += 1
        return self

    def _one(self, session: requests.Session, each: Mapping[str, Any]) -> str:
        path = "/".join(self._named(part) for part in each["path"].split("/"))
        body = self._mine(each["request_body"])
        kind = each.get("request_content_type") or "application/json"
        sent: dict[str, Any] = {}
        if body is not None:
            sent["data"] = (body if isinstance(body, str) else json.dumps(body)).encode()
            sent["headers"] = {"Content-Type": kind}
        query = [(key, value) for key, value in each["query"] or []]
        answer = session.request(
            each["method"],
            self.url + urllib.parse.quote(path, safe="/:!'"),
            params=query,
            timeout=60,
            **sent,
        )
        if answer.status_code != each["status"]:
            return f"status {answer.status_code}, not {each['status']}: {answer.text[:300]}"
        wanted: Any = each["response_body"]
        got: Any = (
            answer.text
            if not answer.headers.get("Content-Type", "").startswith("application/json")
            else answer.json()
        )
        if wanted in (None, "") and got in (None, ""):
            return ""
        self._learn(wanted, got)
        return "; ".join(list(compared(self._mine(wanted), got, skipped=TIMES | ACCOUNT))[:3])

    def _named(self, part: str) -> str:
        name, colon, action = part.rpartition(":")
        return (
            f"{self.names.get(name, name)}:{action}"
            if colon and name in self.names
            else self.names.get(part, part)
        )

    def _learn(self, wanted: Any, got: Any) -> None:
        """Pair the names that the two services made up."""
        if isinstance(wanted, dict) and isinstance(got, dict):
            for key, value in wanted.items():
                if (
                    key in IDS
                    and key in got
                    and not isinstance(value, dict | list)
                    and value not in (0, "0")
                ):
                    self.names.setdefault(value, got[key])
                elif key in got:
                    self._learn(value, got[key])
        elif isinstance(wanted, list) and isinstance(got, list):
            for one, other in zip(wanted, got, strict=False):
                self._learn(one, other)

    def _mine(self, value: Any, key: str = "") -> Any:
        """A recorded value with the names that this server gave."""
        if isinstance(value, dict):
            return {name: self._mine(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self._mine(each, key) for each in value]
        if isinstance(value, str):
            for old, new in self.names.items():
                if isinstance(old, str) and len(old) > 20 and old in value:
                    value = value.replace(old, str(new))
        if (
            (key in IDS or key.endswith("Id"))
            and isinstance(value, str | int)
            and not isinstance(value, bool)
        ):
            return self.names.get(value, value)
        return value


def given(exchanges: Sequence[Mapping[str, Any]]) -> str:
    """The ID of the blank spreadsheet that a scenario begins with, or "" if it makes its own.

    So begins a recording of `doctor --probe` in a sheet that somebody gave it."""
    first = exchanges[0]
    return first["path"].split("/")[3] if first.get("given") else ""


def scenarios(lines: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Recorded exchanges by scenario, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if line.strip():
            each = json.loads(line)
            found.setdefault(each["cassette"], []).append(each)
    for exchanges in found.values():
        exchanges.sort(key=lambda each: each["n"])
    return found
