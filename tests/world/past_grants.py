"""What other funders published of their grants, in every form that 360Giving has."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl

OTHERS: list[dict[str, Any]] = [
    {
        "id": f"360G-tide-{n}",
        "title": title,
        "description": "For a year",
        "currency": currency,
        "amountAwarded": amount,
        "awardDate": day,
        "recipientOrganization": [
            {"id": "X", "name": "A Club", "email": "club@peers.example", "addressLocality": town}
        ],
        "fundingOrganization": [{"id": "Y", "name": "Tide Trust"}],
        "grantProgramme": [{"title": programme}],
        "beneficiaryLocation": [{"name": "Porto", "countryCode": "PT"}, {"name": "Edgbaston"}],
        "classifications": [{"title": "Harm reduction"}],
    }
    for n, title, currency, amount, day, town, programme in (
        (1, "A drop-in room", "EUR", 5000, "2024-05-01", "Porto", "Health"),
        (2, "A printed guide", "GBP", 120.5, "2025-05-01T10:00:00Z", "Leeds", "Words"),
        (3, "Training of peers", "EUR", 20000, "2023-05-01", "Leeds", "Health"),
    )
]


PERSON = {
    **OTHERS[0],
    "id": "360G-tide-4",
    "title": "Zq-secret-zQ",
    "recipientIndividual": {"id": "Z", "name": "Zq-secret-zQ"},
}


def flat(grants: list[dict[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """The grants in the spreadsheet form."""
    heads: dict[str, Callable[[dict[str, Any]], Any]] = {
        "Identifier": lambda g: g["id"],
        "Title": lambda g: g["title"],
        "Description": lambda g: g["description"],
        "Currency": lambda g: g["currency"],
        "Amount awarded": lambda g: g["amountAwarded"],
        "Award Date": lambda g: g["awardDate"],
        "Recipient Org:0:Name": lambda g: g.get("recipientOrganization", [{"name": ""}])[0]["name"],
        "Recipient Org: City": (
            lambda g: g.get("recipientOrganization", [{}])[0].get("addressLocality", "")
        ),
        "Recipient Ind:Name": lambda g: g.get("recipientIndividual", {"name": ""})["name"],
        "Funding Org:Name": lambda g: g["fundingOrganization"][0]["name"],
        "Grant Programme:Title": lambda g: g["grantProgramme"][0]["title"],
        "Beneficiary Location:0:Name": lambda g: g["beneficiaryLocation"][0]["name"],
        "Beneficiary Location:0:Country Code": lambda g: g["beneficiaryLocation"][0]["countryCode"],
        "Beneficiary Location:1:Name": lambda g: g["beneficiaryLocation"][1]["name"],
        "classifications/0/title": lambda g: g["classifications"][0]["title"],
    }
    return list(heads), [[take(each) for take in heads.values()] for each in grants]


def as_xlsx(grants: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "About"  # type: ignore[union-attr]
    sheet = book.create_sheet("Our grants")
    heads, rows = flat(grants)
    for row in (["A title above"], heads, *rows):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_csv(
    grants: list[dict[str, Any]], encoding: str = "utf-8-sig", delimiter: str = ";"
) -> bytes:
    import csv

    out = io.StringIO()
    heads, rows = flat(grants)
    csv.writer(out, delimiter=delimiter).writerows([heads, *rows])
    return out.getvalue().encode(encoding)


FORMS = {
    "json": json.dumps({"grants": [*OTHERS, PERSON]}).encode(),
    "xlsx": as_xlsx([*OTHERS, PERSON]),
    "csv": as_csv([*OTHERS, PERSON]),
    "txt": as_csv([*OTHERS, PERSON], "cp1252", ","),
}
