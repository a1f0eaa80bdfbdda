"""A person's sign-in: the page that asks for consent, the codes that it sends, and refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

PAGE = "/o/oauth2/auth"
DECISION = "/signin/oauth/consent"
PERSON = "group@example.org"


@dataclass(frozen=True)
class Granted:
    """What a person agreed to: who, for which client, for what."""

    email: str
    client: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class _Code:
    granted: Granted
    redirect: str
    challenge: str
    offline: bool


class ConsentRefused(Exception):  # noqa: N818 - the real service shows a page, or an OAuth error
    """A refusal in OAuth's form: `error` and `error_description`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass
class Consent:
    """Clients of the kind *Desktop app*, codes on their way, and refresh tokens that are good.

    `rotates`: each refresh gives a new refresh token, and the old one ends."""

    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, _Code] = field(default_factory=dict)
    refresh: dict[str, Granted] = field(default_factory=dict)
    person: str = PERSON
    rotates: bool = False

    def client_file(self, url: str) -> str:
        """A new client's file, as Google's console lets it be downloaded."""
        id_ = f"{secrets.randbelow(10**12)}-{secrets.token_hex(16)}.apps.googleusercontent.com"
        self.clients[id_] = "GOCSPX-" + secrets.token_urlsafe(21)
        return json.dumps(
            {
                "installed": {
                    "client_id": id_,
                    "project_id": "budgettrack-tests",
                    "auth_uri": url + PAGE,
                    "token_uri": url + "/token",
                    "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
                    "client_secret": self.clients[id_],
                    "redirect_uris": ["http://localhost"],
                }
            }
        )

    # ---- the page

    def page(self, query: Mapping[str, str]) -> str:
        """The page on which the person agrees: a box for each scope, and two buttons."""
        self._checked(query)
        held = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in query.items()
            if name != "scope"
        )
        boxes = "".join(
            f'<label><input type="checkbox" name="scope" value="{scope}">{scope}</label>'
            for scope in query["scope"].split()
        )
        return (
            f"<!DOCTYPE html><title>Sign in</title><p>{html.escape(self.person)}"
            f'<form method="post" action="{DECISION}">{held}{boxes}'
            '<button name="decision" value="deny">Cancel</button>'
            '<button name="decision" value="allow">Continue</button></form>'
        )

    def decided(self, form: Mapping[str, list[str]]) -> str:
        """The address to which the browser is sent, with a code or a refusal."""
        query = {name: values[0] for name, values in form.items()}
        scopes = form.get("scope", [])
        self._checked(query | {"scope": " ".join(scopes) or "none"})
        told = {"state": query.get("state", "")}
        if query.get("decision") != "allow" or not scopes:
            told["error"] = "access_denied"
        else:
            code = "4/0" + secrets.token_urlsafe(48)
            granted = Granted(self.person, query["client_id"], frozenset(scopes))
            self.codes[code] = _Code(
                granted,
                query["redirect_uri"],
                query.get("code_challenge", ""),
                query.get("access_type") == "offline",
            )
            told |= {"code": code, "scope": " ".join(scopes)}
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(told)

    def _checked(self, query: Mapping[str, str]) -> None:
        if query.get("client_id") not in self.clients:
            raise ConsentRefused("invalid_client", "The OAuth client was not found.")
        split = urllib.parse.urlsplit(query.get("redirect_uri", ""))
        if split.scheme != "http" or split.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ConsentRefused("redirect_uri_mismatch", "The redirect URI is not this client's.")
        if query.get("response_type") != "code" or not query.get("scope"):
            raise ConsentRefused("invalid_request", "Required parameter is missing.")

    # ---- the token endpoint

    def exchanged(self, given: Mapping[str, str], header: str) -> tuple[Granted, str]:
        """What a code stands for, and a refresh token if one was asked for. A code works once."""
        client = self._client(given, header)
        code = self.codes.pop(given.get("code", ""), None)
        if code is None or code.granted.client != client:
            raise ConsentRefused("invalid_grant", "Malformed auth code.")
        if code.redirect != given.get("redirect_uri"):
            raise ConsentRefused("redirect_uri_mismatch", "Bad Request")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if code.challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            raise ConsentRefused("invalid_grant", "Invalid code verifier.")
        return code.granted, self._new(code.granted) if code.offline else ""

    def refreshed(self, given: Mapping[str, str], header: str) -> tuple[Granted, str]:
        """What a refresh token stands for, at most for the scopes that were asked for, and a new
        refresh token if it rotates."""
        client = self._client(given, header)
        token = given.get("refresh_token", "")
        granted = self.refresh.get(token)
        if granted is None or granted.client != client:
            raise ConsentRefused("invalid_grant", "Token has been expired or revoked.")
        asked = frozenset(given.get("scope", "").split()) or granted.scopes
        if not asked <= granted.scopes:
            raise ConsentRefused("invalid_scope", "Bad Request")
        narrowed = Granted(granted.email, granted.client, asked)
        if not self.rotates:
            return narrowed, ""
        del self.refresh[token]
        return narrowed, self._new(granted)

    def _new(self, granted: Granted) -> str:
        token = "1//0" + secrets.token_urlsafe(64)
        self.refresh[token] = granted
        return token

    def _client(self, given: Mapping[str, str], header: str) -> str:
        """The client that asks, by its secret: in the form, or in the header."""
        id_, secret = given.get("client_id", ""), given.get("client_secret", "")
        if header.startswith("Basic "):
            id_, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        if not secret or self.clients.get(id_) != secret:
            raise ConsentRefused("invalid_client", "The OAuth client was not found.")
        return id_
