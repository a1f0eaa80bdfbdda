"""Access tokens: the endpoint where a service account's signed assertion is exchanged for one."""

from __future__ import annotations

import json
import secrets
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from google.auth import exceptions, jwt

from tests.sheets_api.consent import Consent, ConsentRefused

LIFETIME = 3600
"""Seconds that a token is good for, and at most an assertion."""
SKEW = 300
"""Seconds by which Google forgives a clock that is off."""
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
AUDIENCE = "https://oauth2.googleapis.com/token"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass
class Account:
    """A service account: its address, its public keys by ID, and whether it still exists."""

    email: str
    certificates: dict[str, bytes]
    disabled: bool = False


@dataclass(frozen=True)
class Token:
    """An access token: whose it is, for what, until when, and which client asked for it."""

    email: str
    scopes: frozenset[str]
    expires: float
    client: str = ""

    @property
    def app(self) -> str:
        """Whose files the scope `drive.file` reaches: those of the client, or of the account."""
        return self.client or self.email


@dataclass
class Tokens:
    """All accounts and tokens of the server. `audience` is the endpoint's own address; `subjects`
    are another provider's tokens, and the accounts that they stand for."""

    audience: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    issued: dict[str, Token] = field(default_factory=dict)
    lifetime: int = LIFETIME
    subjects: dict[str, str] = field(default_factory=dict)
    consent: Consent = field(default_factory=Consent)

    def grant(self, form: str, now: float, header: str = "") -> tuple[int, dict[str, Any]]:
        """Answer a token request: status and body, as Google answers. `header` may name the
        client."""
        given = dict(urllib.parse.parse_qsl(form))
        if given.get("grant_type") in ("authorization_code", "refresh_token"):
            return self._of_a_person(given, now, header)
        if given.get("grant_type") == EXCHANGE:
            return self._exchange(given, now)
        if given.get("grant_type") != GRANT_TYPE:
            return 400, _refused(
                "unsupported_grant_type", f"Invalid grant_type: {given.get('grant_type', '')}"
            )
        assertion = given.get("assertion", "")
        try:
            head, claims = jwt.decode_header(assertion), jwt.decode(assertion, verify=False)  # type: ignore[no-untyped-call]
        except (ValueError, exceptions.GoogleAuthError):
            return 400, _refused("invalid_grant", "Invalid JWT: Failed to decode.")
        account = self.accounts.get(str(claims.get("iss", "")))
        if account is None or account.disabled:
            return 400, _refused("invalid_grant", "Invalid grant: account not found")
        problem = self._problem(account, head, claims, assertion, now)
        if problem:
            return 400, _refused("invalid_grant", problem)
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            return 400, _refused(
                "invalid_scope", "Invalid OAuth scope or ID token audience provided."
            )
        token = "ya29." + secrets.token_urlsafe(24)
        self.issued[token] = Token(account.email, scopes, now + self.lifetime)
        return 200, {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}

    def _of_a_person(
        self, given: Mapping[str, str], now: float, header: str
    ) -> tuple[int, dict[str, Any]]:
        """A person's sign-in: a code or a refresh token for an access token."""
        wants = given["grant_type"]
        try:
            took = (
                self.consent.exchanged if wants == "authorization_code" else self.consent.refreshed
            )
            granted, refresh = took(given, header)
        except ConsentRefused as refused:
            status = 401 if refused.error == "invalid_client" else 400
            return status, _refused(refused.error, refused.description)
        token = "ya29.a0" + secrets.token_urlsafe(24)
        self.issued[token] = Token(
            granted.email, granted.scopes, now + self.lifetime, granted.client
        )
        answer = {
            "access_token": token,
            "expires_in": self.lifetime,
            "scope": " ".join(sorted(granted.scopes)),
            "token_type": "Bearer",
        }
        return 200, answer | ({"refresh_token": refresh} if refresh else {})

    def _exchange(self, given: Mapping[str, str], now: float) -> tuple[int, dict[str, Any]]:
        """Workload identity: a token of another provider for one of ours."""
        email = self.subjects.get(given.get("subject_token", ""))
        if email is None or not given.get("audience", "").startswith("//iam.googleapis.com/"):
            return 400, _refused(
                "invalid_grant", "The given credential is rejected by the attribute condition."
            )
        token = "ya29.d." + secrets.token_urlsafe(24)
        self.issued[token] = Token(
            email, frozenset(given.get("scope", "").split()), now + self.lifetime
        )
        kind = "urn:ietf:params:oauth:token-type:access_token"
        answer = {
            "access_token": token,
            "issued_token_type": kind,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
        }
        return 200, answer

    def _problem(
        self,
        account: Account,
        header: Mapping[str, Any],
        claims: Mapping[str, Any],
        assertion: str,
        now: float,
    ) -> str | None:
        certificate = account.certificates.get(header.get("kid", ""))
        if header.get("alg") != "RS256" or certificate is None:
            return "Invalid JWT Signature."
        try:
            # The library checks the signature; the times are checked here, by the server's own
            # clock.
            jwt.decode(assertion, certs=certificate, verify=True, clock_skew_in_seconds=10**9)  # type: ignore[no-untyped-call]
        except (ValueError, exceptions.GoogleAuthError):
            return "Invalid JWT Signature."
        issued, ends = claims.get("iat"), claims.get("exp")
        # google-auth names Google's own endpoint even where a key file names another address.
        if claims.get("aud") not in (AUDIENCE, self.audience):
            return f"Invalid JWT: Failed audience check. The right audience is {AUDIENCE}"
        if not isinstance(issued, int) or not isinstance(ends, int):
            return "Invalid JWT: iat and exp must be given."
        if ends < now - SKEW or issued > now + SKEW or ends - issued > LIFETIME:
            return (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
                " timeframe. Check your iat and exp values in the JWT claim."
            )
        return None

    def bearer(self, header: str, now: float) -> Token | None:
        """The token that a request carries, where it is still good."""
        token = self.issued.get(header.removeprefix("Bearer ").strip())
        return token if token and token.expires > now else None


def _refused(error: str, description: str) -> dict[str, Any]:
    return {"error": error, "error_description": description}


@cache
def _key_pair(_email: str) -> tuple[str, bytes]:
    """A real RSA key of an account, private and public. It takes long to make, so all servers of
    this process have the same one. It is shorter than Google's: whoever reads a private key proves
    it each time, and that of 2,048 bits takes many times as long."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public


def service_account_file(email: str, token_uri: str) -> tuple[str, Account]:
    """A fresh service account: the text of its key file and the account for the server."""
    private, public = _key_pair(email)
    key_id = secrets.token_hex(20)
    content = {
        "type": "service_account",
        "project_id": "budgettrack-tests",
        "private_key_id": key_id,
        "private_key": private,
        "client_email": email,
        "client_id": "112233445566778899001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{email}",
        "universe_domain": "googleapis.com",
    }
    return json.dumps(content, indent=2), Account(email, {key_id: public})
