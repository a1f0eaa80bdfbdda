"""Every kind of credentials file that Google's tools write is loaded, with no wider scope."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google.credentials import READING, credentials_of
from tests.sheets_api.tokens import service_account_file

PERSON = {
    "type": "authorized_user",
    "client_id": "client",
    "client_secret": "not one",
    "refresh_token": "not one",
}
POOL = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/one"
FEDERATED = {
    "type": "external_account",
    "audience": POOL,
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": {"file": "token"},
}
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "a person's sign-in": (PERSON, "budgettrack.workbook.google.credentials"),
    "the right to act as a service account": (
        {
            "type": "impersonated_service_account",
            "source_credentials": PERSON,
            "service_account_impersonation_url": (
                "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
                "account@example.iam.gserviceaccount.com:generateAccessToken"
            ),
        },
        "google.auth.impersonated_credentials",
    ),
    "a workload identity with a file": (FEDERATED, "google.auth.identity_pool"),
    "a workload identity with an address": (
        FEDERATED | {"credential_source": {"url": "https://example.org/token"}},
        "google.auth.identity_pool",
    ),
    "a workload identity of a program": (
        FEDERATED | {"credential_source": {"executable": {"command": "/bin/token"}}},
        "google.auth.pluggable",
    ),
    "a workload identity of AWS": (
        FEDERATED
        | {
            "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
            "credential_source": {
                "environment_id": "aws1",
                "regional_cred_verification_url": (
                    "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
                ),
            },
        },
        "google.auth.aws",
    ),
    "a workforce identity": (
        FEDERATED
        | {
            "audience": "//iam.googleapis.com/locations/global/workforcePools/pool/providers/one",
            "workforce_pool_user_project": "1",
        },
        "google.auth.identity_pool",
    ),
    "a workforce sign-in": (
        {
            "type": "external_account_authorized_user",
            "audience": "//iam.googleapis.com/locations/global/workforcePools/pool/providers/one",
            "client_id": "client",
            "client_secret": "not one",
            "refresh_token": "not one",
            "token_url": "https://sts.googleapis.com/v1/oauthtoken",
            "token_info_url": "https://sts.googleapis.com/v1/introspect",
        },
        "google.auth.external_account_authorized_user",
    ),
    "a service account's key": (
        json.loads(
            service_account_file("account@example.iam.gserviceaccount.com", "https://x.example")[0]
        ),
        "google.oauth2.service_account",
    ),
}


def kept(folder: Path, info: Any) -> Path:
    path = folder / "credentials.json"
    path.write_text(json.dumps(info), "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_loaded(kind: str, tmp_path: Path) -> None:
    info, module = KINDS[kind]

    loaded = credentials_of(kept(tmp_path, info), READING)

    assert type(loaded).__module__ == module
    scopes = getattr(loaded, "scopes", None) or getattr(loaded, "_target_scopes", None)
    assert list(scopes or ()) == [READING]


@pytest.mark.parametrize("info", [{"type": "gdch_service_account"}, {"type": "other"}, {}, []])
def test_a_file_of_another_kind_is_refused(info: Any, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="is not a key that Google made"):
        credentials_of(kept(tmp_path, info), READING)
