"""Every kind of credentials that Google's tools write is loaded, gets a token from the stand-in, and
reads a sheet, with no wider scope."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google.credentials import READING, credentials_of
from budgettrack.workbook.google.workbook import GoogleWorkbook, connected
from tests.sheets_api.consent import Granted
from tests.sheets_api.identities import CLOUD
from tests.sheets_api.server import Server
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


@pytest.mark.google_http
@pytest.mark.parametrize("address", ["no address", "file:///token", "https://"])
def test_a_damaged_address_is_told_at_once(server: Server, tmp_path: Path, address: str) -> None:
    """It does not get better by trying again for five minutes."""
    path = tmp_path / "credentials.json"
    key = json.loads(server.service_account()) | {"token_uri": address}
    path.write_text(json.dumps(key), "utf-8")
    path.chmod(0o600)
    began = time.monotonic()

    with pytest.raises(WorkbookError, match="An address in the credentials file is no address"):
        connected(path, READING, server.url).get(server.url + "/v4/spreadsheets/1", {})

    assert time.monotonic() - began < 5


@pytest.mark.google_http
def test_the_file_of_a_client_is_told_as_one(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "client.json"
    path.write_text(server.client(), "utf-8")
    path.chmod(0o600)

    with pytest.raises(WorkbookError, match=f"Sign in with it: budgettrack login --client {path}"):
        credentials_of(path, READING)


@pytest.mark.parametrize(
    "info",
    [
        {"type": "gdch_service_account"},
        {"type": "other"},
        {},
        [],
        {"type": "impersonated_service_account"},
        FEDERATED | {"credential_source": "a text"},
        FEDERATED | {"credential_source": {"file": 1}},
        FEDERATED | {"credential_source": {"file": ["token"]}},
    ],
)
def test_a_file_of_another_kind_is_refused(info: Any, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="is not a key that Google made"):
        credentials_of(kept(tmp_path, info), READING)


# ---- each kind gets a token and reads a sheet


ACCOUNT = "account@example.iam.gserviceaccount.com"
ME = "me@example.org"
WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/pool/providers/one"
ACTING = f"/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
PRINCIPAL = "principal://iam.googleapis.com/a-job"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.tokens.consent.clients["client"] = "of the client"
        running.tokens.consent.refresh["of me"] = Granted(ME, "client", frozenset({CLOUD, READING}))
        identities = running.identities
        identities.subjects = {
            (POOL, "a job's token"): PRINCIPAL,
            (POOL, "AKIAEXAMPLE"): PRINCIPAL,
            (WORKFORCE, "a job's token"): ME,
        }
        identities.aws_secrets["AKIAEXAMPLE"] = "a secret of AWS"
        identities.may_act = {(PRINCIPAL, ACCOUNT), (ME, ACCOUNT), (ROBOT, ACCOUNT)}
        identities.clients["client"] = "of the client"
        identities.sign_ins["of me"] = (ME, frozenset({READING}))
        identities.provided = "a job's token"
        yield running


def person(_server: Server, _folder: Path) -> dict[str, Any]:
    secret = {"client_secret": "of the client", "refresh_token": "of me"}
    return {"type": "authorized_user", "client_id": "client", "scopes": [READING], **secret}


def federated(server: Server, source: dict[str, Any]) -> dict[str, Any]:
    return FEDERATED | {
        "token_url": server.url + "/v1/token",
        "service_account_impersonation_url": server.url + ACTING,
        "credential_source": source,
    }


def of_a_file(server: Server, folder: Path) -> dict[str, Any]:
    (folder / "token").write_text("a job's token", "utf-8")
    return federated(server, {"file": str(folder / "token")})


def of_an_address(server: Server, _folder: Path) -> dict[str, Any]:
    return federated(server, {"url": server.url + "/subject"})


def of_a_program(server: Server, folder: Path) -> dict[str, Any]:
    told = {
        "version": 1,
        "success": True,
        "token_type": "urn:ietf:params:oauth:token-type:jwt",
        "id_token": "a job's token",
        "expiration_time": 4_000_000_000,
    }
    program = folder / "program.py"
    program.write_text(f"print({json.dumps(told)!r})", "utf-8")
    command = f"{sys.executable} {program}"
    return federated(server, {"executable": {"command": command, "timeout_millis": 30_000}})


def of_aws(server: Server, _folder: Path) -> dict[str, Any]:
    meta = server.url + "/latest/meta-data/"
    source = {
        "environment_id": "aws1",
        "region_url": meta + "placement/availability-zone",
        "url": meta + "iam/security-credentials",
        "imdsv2_session_token_url": server.url + "/latest/api/token",
        "regional_cred_verification_url": (
            "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
        ),
    }
    kind = {"subject_token_type": "urn:ietf:params:aws:token-type:aws4_request"}
    return federated(server, source) | kind


def of_a_workforce(server: Server, folder: Path) -> dict[str, Any]:
    info = of_a_file(server, folder)
    del info["service_account_impersonation_url"]
    return info | {"audience": WORKFORCE, "workforce_pool_user_project": "1"}


def workforce_sign_in(server: Server, _folder: Path) -> dict[str, Any]:
    return KINDS["a workforce sign-in"][0] | {
        "client_secret": "of the client",
        "refresh_token": "of me",
        "token_url": server.url + "/v1/oauthtoken",
    }


def acting_as_a_person(server: Server, folder: Path) -> dict[str, Any]:
    source = person(server, folder)
    del source["scopes"]
    return acting(server, source)


def acting_as_an_account(server: Server, folder: Path) -> dict[str, Any]:
    return acting(server, a_key(server, folder))


def acting(server: Server, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "impersonated_service_account",
        "source_credentials": source,
        "service_account_impersonation_url": server.url + ACTING,
    }


def a_key(server: Server, _folder: Path) -> dict[str, Any]:
    info: dict[str, Any] = json.loads(server.service_account(ROBOT))
    return info


ROBOT = "robot@example.iam.gserviceaccount.com"
AT_WORK: dict[str, tuple[Callable[[Server, Path], dict[str, Any]], str]] = {
    "a service account's key": (a_key, ROBOT),
    "a person's sign-in": (person, ME),
    "a person who acts as a service account": (acting_as_a_person, ACCOUNT),
    "a service account that acts as another": (acting_as_an_account, ACCOUNT),
    "a workload identity with a file": (of_a_file, ACCOUNT),
    "a workload identity with an address": (of_an_address, ACCOUNT),
    "a workload identity of a program": (of_a_program, ACCOUNT),
    "a workload identity of AWS": (of_aws, ACCOUNT),
    "a workforce identity": (of_a_workforce, ME),
    "a workforce sign-in": (workforce_sign_in, ME),
}


@pytest.mark.google_http
@pytest.mark.parametrize("kind", AT_WORK)
def test_every_kind_of_credentials_reads_a_sheet(
    kind: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, email = AT_WORK[kind]
    file = server.spreadsheet(email=email)
    _addressed(server, monkeypatch)
    connection = connected(kept(tmp_path, made(server, tmp_path)), READING, server.url)

    book = GoogleWorkbook(file.id, connection).read()

    assert book.titles == ("Sheet1",)
    assert [call.email for call in server.calls if call.path.startswith("/v4/")] == [email]
    held = [token.scopes for token in server.tokens.issued.values() if token.email == email]
    assert held[-1] == {READING}, "no wider scope than it needs"


def _addressed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the stand-in's addresses where google-auth takes no address from a file."""
    acting = server.url + ACTING.replace(ACCOUNT, "{}")
    monkeypatch.setattr("google.auth.iam._IAM_ENDPOINT", acting)
    monkeypatch.setattr("google.oauth2.credentials._GOOGLE_OAUTH2_TOKEN_ENDPOINT", server.token_url)
    monkeypatch.setattr("budgettrack.workbook.google.credentials.TOKENS", server.token_url)
    # A program is run only where the machine allows it.
    monkeypatch.setenv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1")


@pytest.mark.google_http
@pytest.mark.parametrize("kind", [kind for kind, (_, email) in AT_WORK.items() if email == ACCOUNT])
def test_who_may_not_act_as_the_account_is_told_so(
    kind: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.identities.may_act.clear()
    file = server.spreadsheet(email=ACCOUNT)
    _addressed(server, monkeypatch)
    connection = connected(
        kept(tmp_path, AT_WORK[kind][0](server, tmp_path)), READING, server.url, patient=False
    )

    with pytest.raises(WorkbookError, match="Service Account Token Creator"):
        GoogleWorkbook(file.id, connection).read()


@pytest.mark.google_http
def test_another_secret_of_aws_opens_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = kept(tmp_path, of_aws(server, tmp_path))
    _addressed(server, monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")
    connection = connected(key, READING, server.url, patient=False)

    with pytest.raises(WorkbookError, match="it refuses the token of the other provider"):
        GoogleWorkbook(server.spreadsheet(email=ACCOUNT).id, connection).read()


@pytest.mark.google_http
@pytest.mark.slow
def test_a_machine_in_a_cloud_needs_no_file(server: Server, tmp_path: Path) -> None:
    """google-auth reads the address of the metadata server once, so this is a process of its own."""
    server.identities.machine, server.identities.machine_scopes = ROBOT, frozenset({READING})
    file = server.spreadsheet(email=ROBOT)
    host = server.url.removeprefix("http://")
    program = (
        "import sys; from budgettrack.workbook.google.workbook import *;"
        f"c = connected(None, {READING!r}, {server.url!r});"
        f"print(GoogleWorkbook({file.id!r}, c).read().titles)"
    )
    env = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GOOGLE")},
        "GCE_METADATA_HOST": host,
        "GCE_METADATA_IP": host,
        "HOME": str(tmp_path),
        "CLOUDSDK_CONFIG": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("('Sheet1',)\n", "")
    assert [call.email for call in server.calls] == [ROBOT]
