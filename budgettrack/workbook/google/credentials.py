"""The credentials for Google: the key of a service account, the sign-in of a person, or the
identity of a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import google.auth
from google.auth import exceptions
from google.auth.credentials import Credentials
from google.oauth2 import credentials as oauth2

from budgettrack import files, structured
from budgettrack.workbook.google import errors

READING = "https://www.googleapis.com/auth/spreadsheets.readonly"
WRITING = "https://www.googleapis.com/auth/spreadsheets"
MAKING = "https://www.googleapis.com/auth/drive.file"
"""The permissions (OAuth scopes) that the program asks for: to read, to write, and to create,
share and write its own spreadsheets. None of them gives access to all files of a person."""
MAKING_IN_A_FOLDER = "https://www.googleapis.com/auth/drive"
"""The permission (OAuth scope) to create a spreadsheet in a folder that this program did not
make. With it, a service account reaches only what was shared with it. A person is never asked
for it."""

TOKENS = "https://oauth2.googleapis.com/token"
"""The address at which Google gives access tokens."""


def credentials_of(path: Path | None, scope: str) -> Credentials:
    """Returns the credentials in a file, or the default credentials of this computer if `path` is
    None.

    A file may contain the key of a service account, a workload or workforce identity, the right
    to act as a service account, or the sign-in of a person (see `_from_file`). Raises
    `WorkbookError` if there are no credentials, if the file cannot be read, or if other users
    may read it."""
    try:
        if path is None:
            return google.auth.default(scopes=[scope])[0]
        return _from_file(structured.json_object(_key_file(path)), scope, path)
    except exceptions.DefaultCredentialsError as error:
        raise errors.no_credentials(path, str(error)) from None
    except (exceptions.GoogleAuthError, ValueError, KeyError, TypeError, AttributeError):
        # google-auth fails in many ways on a field of another type.
        # The library's message may quote the key file, so it is not shown.
        raise errors.unreadable_key(path) from None


def _from_file(info: dict[str, Any], scope: str, path: Path) -> Credentials:
    """Returns the credentials in a file of any kind that Google's tools write.

    Raises `ValueError` if the kind is unknown or may not be used with Google Sheets."""
    if "installed" in info:
        raise errors.client_not_key(path)
    kind = info["type"]
    scopes = [scope]
    # Each kind is loaded only if the file has it.
    # Loading all kinds takes longer than reading a small sheet.
    # google-auth declares no types for these: hence the silenced lines.
    if kind == "service_account":
        from google.oauth2 import service_account

        return service_account.Credentials.from_service_account_info(info, scopes=scopes)  # type: ignore[no-untyped-call,no-any-return]
    if kind == "authorized_user":
        return _person(info, scope, path)
    if kind == "impersonated_service_account":
        from google.auth import impersonated_credentials

        return impersonated_credentials.Credentials.from_impersonated_service_account_info(  # type: ignore[no-untyped-call,no-any-return]
            info, scopes=scopes
        )
    if kind == "external_account":
        return _federated(info).from_info(info, scopes=scopes)  # type: ignore[no-any-return]
    if kind == "external_account_authorized_user":
        from google.auth import external_account_authorized_user

        return external_account_authorized_user.Credentials.from_info(info | {"scopes": scopes})  # type: ignore[no-untyped-call,no-any-return]
    raise ValueError(kind)


def _person(info: dict[str, Any], scope: str, path: Path) -> Credentials:
    """Returns the credentials of a person who signed in.

    The file that `login` writes has the permissions of the sign-in. If `scope` is one of them, the
    program asks Google only for `scope`. Otherwise it asks for all of them, because Google refuses
    a permission that the person has not given."""
    given = info.get("scopes") or [scope]
    # google-auth declares no types for these: hence the silenced lines, here and in `SignIn`.
    credentials = SignIn(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=info["refresh_token"],
        token_uri=info.get("token_uri", TOKENS),
        client_id=info["client_id"],
        client_secret=info["client_secret"],
        quota_project_id=info.get("quota_project_id"),
        scopes=[scope] if scope in given else given,
    )
    credentials.path = path
    return credentials


class SignIn(oauth2.Credentials):
    """The sign-in of a person. If Google renews its refresh token, the new one is written into
    its file."""

    path: Path

    def refresh(self, request: Any) -> None:
        """Gets an access token from Google.

        Raises `WorkbookError` if Google renewed the refresh token and it cannot be written into
        the file."""
        before = self.refresh_token
        super().refresh(request)  # type: ignore[no-untyped-call]
        if self.refresh_token == before:
            return
        try:
            info = structured.json_object(self.path.read_bytes())
            info["refresh_token"] = self.refresh_token
            files.write(self.path, json.dumps(info, indent=2).encode(), private=True)
        except (OSError, ValueError) as error:
            raise errors.not_kept(self.path, error) from None


def _federated(info: dict[str, Any]) -> Any:
    """Returns the class for a workload or workforce identity: from AWS, from the output of a
    program, or from a file, an address or a certificate."""
    from google.auth import aws, identity_pool, pluggable

    source = info.get("credential_source", {})
    if not all(isinstance(source.get(name, ""), str) for name in ("file", "url")):
        # A number would be taken for a file that is open, such as the terminal, and closed.
        raise ValueError("credential_source")
    if info.get("subject_token_type") == "urn:ietf:params:aws:token-type:aws4_request":
        return aws.Credentials
    if source.get("executable") is not None:
        return pluggable.Credentials
    return identity_pool.Credentials


def _key_file(path: Path) -> bytes:
    try:
        closed = files.is_secret(path)
        content = path.read_bytes()
    except OSError as error:
        raise errors.no_key_file(path, error) from None
    if not closed:
        raise errors.open_key_file(path)
    return content
