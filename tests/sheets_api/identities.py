"""Identities without a key: the Security Token Service, IAM credentials, and the metadata servers
of Google's cloud and of AWS.

Each is at the path that it has in reality, so that a test changes nothing but the address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.sheets_api.tokens import LIFETIME, Token, Tokens

CLOUD = "https://www.googleapis.com/auth/cloud-platform"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT = "urn:ietf:params:oauth:token-type:jwt"
AWS = "urn:ietf:params:aws:token-type:aws4_request"
ACT_AS = re.compile(r"/v1/projects/-/serviceAccounts/([^/:]+):generateAccessToken")
METADATA = "/computeMetadata/v1/"
AWS_ROLE = "budgettrack-role"
AWS_METADATA = "/latest/meta-data/"

Answer = tuple[int, dict[str, Any] | str, dict[str, str]]


class _Refused(Exception):  # noqa: N818 - the real service answers an OAuth error
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.answer = {"error": error, "error_description": description}
        self.status = status


@dataclass
class Identities:
    """Who may become whom.

    `subjects`: by audience and another provider's token, the principal. `aws_secrets`: by AWS
    access key, its secret. `may_act`: a principal and the service account that it may act as.
    `sign_ins`: refresh tokens of a workforce pool: who signed in, and for what. `machine`: the account of a
    machine in Google's cloud."""

    tokens: Tokens
    subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    aws_secrets: dict[str, str] = field(default_factory=dict)
    may_act: set[tuple[str, str]] = field(default_factory=set)
    sign_ins: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    machine: str = ""
    machine_scopes: frozenset[str] = frozenset()
    provided: str = ""
    """What the provider's own address answers: a subject token."""
    _aws_sessions: set[str] = field(default_factory=set)

    def answered(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes, now: float
    ) -> Answer | None:
        """The answer to a request for a token, or None if the path is another service's."""
        form = dict(urllib.parse.parse_qsl(content.decode("utf-8", "replace")))
        ways: dict[tuple[str, str], Callable[[], Answer]] = {
            ("POST", "/v1/token"): lambda: self._exchanged(form, now),
            ("POST", "/v1/oauthtoken"): lambda: self._renewed(form, headers, now),
            ("GET", "/subject"): lambda: (200, self.provided, {}),
            ("PUT", "/latest/api/token"): self._aws_session,
        }
        acting = ACT_AS.fullmatch(path)
        way = ways.get((method, path))
        try:
            if way is not None:
                return way()
            if method == "POST" and acting:
                return self._acting(acting[1], headers, json.loads(content), now)
            if method == "GET" and (path.startswith(METADATA) or path == "/"):
                return self._of_the_machine(path.removeprefix(METADATA), headers, now)
            if method == "GET" and path.startswith(AWS_METADATA):
                return self._of_aws(path.removeprefix(AWS_METADATA), headers)
        except _Refused as refused:
            return refused.status, refused.answer, {}
        return None

    # ---- the Security Token Service

    def _exchanged(self, form: Mapping[str, str], now: float) -> Answer:
        """Another provider's token for one of Google's."""
        if form.get("grant_type") != EXCHANGE or form.get("requested_token_type") != ACCESS:
            raise _Refused(400, "invalid_request", "Invalid grant_type or requested_token_type.")
        audience, subject = form.get("audience", ""), form.get("subject_token", "")
        kind = form.get("subject_token_type")
        if kind == AWS:
            subject = self._signed_by(subject, audience)
        elif kind != JWT:
            raise _Refused(400, "invalid_request", f"Invalid subject_token_type: {kind}")
        principal = self.subjects.get((audience, subject))
        if principal is None:
            raise _Refused(400, "invalid_grant", "The audience or the subject token is not known.")
        if "/workforcePools/" in audience and "userProject" not in form.get("options", ""):
            raise _Refused(400, "invalid_request", "A workforce pool needs a userProject.")
        scopes = frozenset(form.get("scope", "").split())
        return 200, self._token(principal, scopes, now) | {"issued_token_type": ACCESS}, {}

    def _signed_by(self, subject: str, audience: str) -> str:
        """The AWS access key that signed a request for GetCallerIdentity, which is checked as AWS
        does it."""
        request = json.loads(urllib.parse.unquote(subject))
        headers = {each["key"].lower(): each["value"] for each in request["headers"]}
        if headers.get("x-goog-cloud-target-resource") != audience:
            raise _Refused(400, "invalid_grant", "The signed request is for another audience.")
        signed = dict(
            part.strip().split("=", 1)
            for part in headers["authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(",")
        )
        key, day, region, service, _ = str(signed["Credential"]).split("/")
        url = urllib.parse.urlsplit(request["url"])
        names = signed["SignedHeaders"].split(";")
        canonical = "\n".join(
            [
                request["method"],
                url.path or "/",
                "&".join(sorted(url.query.split("&"))),
                *(f"{name}:{headers[name].strip()}" for name in names),
                "",
                ";".join(names),
                hashlib.sha256(b"").hexdigest(),
            ]
        )
        scope = f"{day}/{region}/{service}/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest])
        secret = ("AWS4" + self.aws_secrets.get(key, "")).encode()
        for part in (day, region, service, "aws4_request"):
            secret = hmac.digest(secret, part.encode(), "sha256")
        wanted = hmac.new(secret, text.encode(), "sha256").hexdigest()
        if key not in self.aws_secrets or not hmac.compare_digest(wanted, signed["Signature"]):
            raise _Refused(400, "invalid_grant", "The signature does not match.")
        return key

    def _renewed(self, form: Mapping[str, str], headers: Mapping[str, str], now: float) -> Answer:
        """A workforce sign-in: a refresh token for an access token."""
        basic = headers.get("Authorization", "").removeprefix("Basic ")
        id_, _, secret = base64.b64decode(basic or b"").decode().partition(":")
        if not secret or self.clients.get(id_) != secret:
            raise _Refused(401, "invalid_client", "The OAuth client was not found.")
        signed_in = self.sign_ins.get(form.get("refresh_token", ""))
        if form.get("grant_type") != "refresh_token" or signed_in is None:
            raise _Refused(400, "invalid_grant", "Token has been expired or revoked.")
        principal, scopes = signed_in
        return 200, self._token(principal, scopes, now), {}

    def _token(self, email: str, scopes: frozenset[str], now: float) -> dict[str, Any]:
        token = "ya29.d." + secrets.token_urlsafe(24)
        self.tokens.issued[token] = Token(email, scopes, now + LIFETIME)
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}

    # ---- IAM credentials

    def _acting(
        self, account: str, headers: Mapping[str, str], body: Mapping[str, Any], now: float
    ) -> Answer:
        """A token of a service account, for a principal that may act as it."""
        held = self.tokens.bearer(headers.get("Authorization", ""), now)
        account = urllib.parse.unquote(account)
        iam = "https://www.googleapis.com/auth/iam"
        if held is None or not held.scopes & {CLOUD, iam}:
            error = {"code": 401, "status": "UNAUTHENTICATED", "message": "Invalid credentials."}
            return 401, {"error": error}, {}
        if (held.email, account) not in self.may_act:
            message = (
                "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not"
                " exist)."
            )
            return 403, {"error": {"code": 403, "message": message}}, {}
        made = self._token(account, frozenset(body["scope"]), now)
        ends = datetime.fromtimestamp(now + LIFETIME, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return 200, {"accessToken": made["access_token"], "expireTime": ends}, {}

    # ---- metadata servers

    def _of_the_machine(self, path: str, headers: Mapping[str, str], now: float) -> Answer | None:
        if headers.get("Metadata-Flavor") != "Google" or not self.machine:
            return None
        google = {"Metadata-Flavor": "Google"}
        account = re.fullmatch(r"instance/service-accounts/[^/]+/(token)?", path)
        if path == "universe/universe-domain":
            return 200, "googleapis.com", google
        if account is None:
            return 200, "budgettrack-tests", google
        if account[1] is None:
            about = {"email": self.machine, "aliases": ["default"], "scopes": [CLOUD]}
            return 200, about, google
        # A machine's scopes are set when it is made, whatever the request asks for.
        return 200, self._token(self.machine, frozenset({CLOUD}) | self.machine_scopes, now), google

    def _aws_session(self) -> Answer:
        token = secrets.token_urlsafe(16)
        self._aws_sessions.add(token)
        return 200, token, {}

    def _of_aws(self, path: str, headers: Mapping[str, str]) -> Answer:
        if headers.get("X-Aws-Ec2-Metadata-Token") not in self._aws_sessions:
            return 401, "", {}
        if path == "placement/availability-zone":
            return 200, "eu-west-1a", {}
        if path == "iam/security-credentials":
            return 200, AWS_ROLE, {}
        key, secret = next(iter(self.aws_secrets.items()))
        keys = {"AccessKeyId": key, "SecretAccessKey": secret, "Token": "session"}
        return 200, {"Code": "Success", **keys}, {}
