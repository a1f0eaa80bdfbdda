"""The JSON Schema (2020-12) of what each command prints with `--json`. Tests compare it with the
output of the commands.

An amount is a decimal text, and its currency is in a field beside it. A field without a value is
null and is never left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from budgettrack.core.records.tables import BY_NAME

AMOUNT = r"^-?\d+(\.\d+)?$"
MONTH = r"^\d{4}-\d{2}$"
DAY = r"^\d{4}-\d{2}-\d{2}$"

_TYPES: dict[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "amount": {"type": "string", "pattern": AMOUNT},
    "month": {"type": "string", "pattern": MONTH},
    "day": {"type": "string", "pattern": DAY},
    "whole": {"type": "integer"},
    "truth": {"type": "boolean"},
    "amounts": {
        "type": "object",
        "additionalProperties": {"type": ["string", "null"], "pattern": AMOUNT},
    },
}

_TEXTS: Mapping[str, Any] = {"type": "array", "items": _TYPES["text"]}

_OBJECTS: dict[str, Mapping[str, Any]] = {
    "texts": _TEXTS,
    "counts": {"type": "object", "additionalProperties": _TYPES["whole"]},
    "sheet_rows": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "row": _TYPES["whole"],
                "fate": _TYPES["text"],
                "reason": _TYPES["text"],
                "tables": _TEXTS,
                "sums_rows": {
                    "type": "array",
                    "items": {"type": "array", "items": _TYPES["whole"]},
                },
                "totals": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "cell": _TYPES["text"],
                            "field": _TYPES["text"],
                            "says": _TYPES["amount"],
                            "ours": _TYPES["amount"],
                            "lines": _TYPES["whole"],
                            "verdict": _TYPES["text"],
                        },
                        "additionalProperties": False,
                    },
                },
                "findings": _TEXTS,
            },
            "additionalProperties": False,
        },
    },
}
"""The types of fields that hold more than one value."""

_POSITION = (
    "grant:text line:text description:text category:text activity:text currency:text"
    " from:month? to:month budget:amount spent:amount committed:amount available:amount"
    " variance:amount variance_percent:amount? state:text money:text"
)


_FINDING = (
    "place:text severity:text harm:text code:text id:text field:text problem:text remedy:text"
)
"""The fields of a finding, the same in every command."""


def _record(table: str) -> str:
    """Return the declarations of the fields of a record, for listings that show it as it is
    typed in the sheet. Amounts, dates and numbers are canonical texts, or null."""
    names = [
        column.name
        for column in BY_NAME[table].columns
        if column.name != "id" and column.audience != "personal"
    ]
    return "id:text " + " ".join(f"{name}:text?" for name in names)


FIELDS: Mapping[str, str] = {
    "status": (
        "grant:text title:text state:text money:text currency:text to:month budget:amount"
        " spent:amount"
        " committed:amount variance:amount available:amount used:text? elapsed:text?"
    ),
    "variance": _POSITION,
    "cash": (
        "grant:text month:month currency:text opening:amount expected:amount planned:amount"
        " balance:amount below_zero:truth"
    ),
    "variance --explain": (
        "grant:text line:text what:text id:text day:text amount:amount currency:text rate:text? "
        "counted:amount?"
    ),
    "deadlines": "due:day days:whole what:text grant:text id:text",
    "checks": f"{_FINDING} first_seen:text",
    "sheet": "tab:text tables:texts reason:text fates:counts rows:sheet_rows",
    "adopt": "what:text place:text name:text value:text",
    "doctor": _FINDING,
    "report iati --check": _FINDING,
    "profiles": (
        "name:text title:text on:truth currency:text period:text source:text narrative:truth"
        " narrative_source:text"
    ),
    "cycles": (
        "period:text round:whole? reason:text days_late:whole step:text began:text seconds:amount?"
        " outcome:text words:text finished:truth"
    ),
    "deliveries": (
        "id:text period:text round:whole what:text recipient:text state:text attempts:whole at:text"
        " words:text"
    ),
    "withdraw": "kind:text name:text since:text by:text before:text",
    "grants list": _record("grants"),
    "resources list": _record("resources"),
    "agreements list": _record("agreements"),
    "indicators list": _record("indicators") + " to_date:text?",
    "narratives list": _record("narratives"),
    "supplies": (
        "kind:text unit:text? came:amount in_store:amount on_the_way:amount with_others:amount"
        " used:amount lost:amount given_back:amount ends_soon:amount expired:amount weeks:whole?"
    ),
    "supplies --lots": (
        "lot:text kind:text batch:text? expiry:day? unit:text? came:amount left:amount"
        " in_store:amount held_by:text source:text? value_in_kind:amount? currency:text"
    ),
    "supplies --batch": (
        "lot:text? kind:text? batch:text? expiry:day? where:text to:text? quantity:amount?"
        " unit:text? row:text?"
    ),
    "resources gaps": "id:text name:text gap:text from:day? until:day?",
    "pipeline": (
        "id:text funder:text title:text state:text currency:text amount:amount? odds:amount?"
        " likely:amount? covers:text? covers_amount:amount? next_step:text?"
    ),
    "revisions": (
        "grant:text line:text category:text currency:text approved:amount revised:amount"
        " moved:amount moved_percent:amount? reason:text?"
    ),
    "history": (
        "version:whole at:text by:text what:text table:text id:text field:text from:text? to:text?"
    ),
    "diff": "table:text id:text what:text field:text from:text? to:text? by:text at:day",
    "grid": (
        "activity:text name:text category:text currency:text grants:amounts total:amount"
        " may_come:amount state:text"
        " without_rate:text?"
    ),
    "import statement": (
        "place:text day:day amount:amount currency:text account:text provisional:truth"
        " original:text? what:text table:text id:text? line:text? grant:text? kind:text? like:text?"
        " why:text? remedy:text? done:text?"
    ),
    "import 360giving": (
        "identifier:text title:text funder:text programme:text? recipient:text place:text? day:day?"
        " amount:amount currency:text grant:text?"
    ),
    "bank layout": "what:text name:text value:text?",
    "reconcile": (
        "state:text place:text? day:day? amount:amount? currency:text account:text table:text?"
        " id:text? record_day:day? record_amount:amount? difference:amount suggestion:text?"
        " with_entries:texts with_ids:texts why:text? remedy:text?"
    ),
    "report iati": "change:text part:text where:text about:text text:text day:text?",
    "host status": (
        "code:text name:text state:text last_sync:text last_month:text waits_until:text"
        " what_to_do:text own_server:truth"
    ),
    "host money": (
        "group:text name:text currency:text received:amount returned:amount spent:amount"
        " fees:amount held_here:amount held_below:amount on_the_way:amount exchange:amount"
        " differs:amount unmatched:amount"
    ),
    "host money --by category": (
        "group:text grant:text category:text currency:text spent:amount committed:amount"
    ),
    "host money --by call": (
        "call:text title:text closes:day? is_open:truth currency:text purse:amount?"
        " promised:amount left:amount? without_rate:text"
    ),
    "host money --by trouble": (
        "what:text group:text given:text agreement:text day:day? currency:text ours:amount"
        " theirs:amount"
    ),
    "host supplies": (
        "kind:text unit:text? left:amount in_store:amount on_the_way:amount with_groups:amount"
        " not_told:amount ends_soon:amount expired:amount"
    ),
    "host supplies --by-group": (
        "group:text month:month kind:text unit:text? came:amount in_store:amount on_the_way:amount"
        " with_others:amount used:amount lost:amount given_back:amount ends_soon:amount"
        " expired:amount weeks:whole?"
    ),
    "host supplies --batch": (
        "said_by:text? where:text to:text? quantity:amount? unit:text? kind:text? expiry:day?"
        " row:text?"
    ),
    "statement --supplies": (
        "kind:text unit:text? came:amount in_store:amount on_the_way:amount with_others:amount"
        " used:amount lost:amount given_back:amount ends_soon:amount expired:amount weeks:whole?"
        " batches:text?"
    ),
    "statement": (
        "grant:text agreement:text held_by_host:truth category:text? currency:text received:amount"
        " returned:amount spent:amount committed:amount fees:amount held:amount"
        " held_below:amount on_the_way:amount"
    ),
    "conflicts": "conflict:text table:text kind:text sheet:text register:text",
}
"""The fields of the rows of each command, in order: `name:type`, with `?` if it may be null."""


def schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema of what a command prints.

    Raises KeyError for a command without JSON."""
    properties: dict[str, Any] = {}
    for field in FIELDS[command].split():
        name, _, kind = field.partition(":")
        made = dict((_TYPES | _OBJECTS)[kind.removesuffix("?")])
        if kind.endswith("?"):
            made["type"] = [made["type"], "null"]
        properties[name] = made
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"budgettrack {command} --json",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }
