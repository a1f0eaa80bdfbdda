"""The real service's error bodies."""

from __future__ import annotations

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer other than success: its HTTP status and its body."""

    def __init__(self, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if "errors" in self.more:
            error["errors"] = self.more["errors"]
        if self.more.get("status", True):
            error["status"] = self.more.get("status_name", STATUS[self.code])
        if "details" in self.more:
            error["details"] = self.more["details"]
        return {"error": error}


def invalid(message: str) -> ApiError:
    """A request that cannot be carried out as asked."""
    return ApiError(400, message)


def invalid_value(field: str, kind: str, value: str) -> ApiError:
    """A JSON value of the wrong type, as the real service words it."""
    text = f"Invalid value at '{field}' ({kind}), {value}"
    violation = {"field": field, "description": text}
    details = [
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    ]
    return ApiError(400, text, details=details)


def unknown_name(name: str, place: str, why: str = "Cannot find field.") -> ApiError:
    """A JSON field that the method does not have, or not as a list."""
    at = f" at '{place}'" if place else ""
    text = f'Invalid JSON payload received. Unknown name "{name}"{at}: {why}'
    violation: dict[str, str] = (
        {"field": place, "description": text} if place else {"description": text}
    )
    details = [
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    ]
    return ApiError(400, text, details=details)


def bad_body() -> ApiError:
    """A body that is a list or a value."""
    return unknown_name("", "", "Root element must be a message.")


def not_found() -> ApiError:
    """No such spreadsheet."""
    return ApiError(404, "Requested entity was not found.")


def forbidden() -> ApiError:
    """The spreadsheet is there, but not shared with this account, or not for this."""
    return ApiError(403, "The caller does not have permission")


def file_not_found(file: str) -> ApiError:
    """Drive's way of saying that there is no such file for this account."""
    text = f"File not found: {file}."
    reason = {"message": text, "domain": "global", "reason": "notFound"}
    return ApiError(
        404,
        text,
        status=False,
        errors=[{**reason, "location": "fileId", "locationType": "parameter"}],
    )


def unauthenticated() -> ApiError:
    """The access token is missing, expired or revoked."""
    text = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
        " cookie or other valid authentication credential. See"
        " https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    reason = {"message": "Invalid Credentials", "domain": "global", "reason": "authError"}
    return ApiError(
        401, text, errors=[{**reason, "location": "Authorization", "locationType": "header"}]
    )


def too_narrow() -> ApiError:
    """The token's scopes do not cover the request."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com"},
    }
    return ApiError(403, "Request had insufficient authentication scopes.", details=[info])


def not_enabled(service: str, title: str) -> ApiError:
    """The API is not switched on in the account's project."""
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project=123456789012"
    text = (
        f"{title} has not been used in project 123456789012 before or it is disabled. Enable it by"
        f" visiting {url} then retry. If you enabled this API recently, wait a few minutes for the"
        " action to propagate to our systems and retry."
    )
    link = {"description": "Google developers console API activation", "url": url}
    info = {"service": service, "consumer": "projects/123456789012"}
    details = [
        {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]},
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": info,
        },
    ]
    return ApiError(403, text, details=details)


def quota(kind: str, *, of_project: bool = False) -> ApiError:
    """Too many requests this minute, of an account or of its project; `kind` is `Read` or `Write`.
    There is no Retry-After."""
    metric = f"sheets.googleapis.com/{kind.lower()}_requests"
    limit = f"{kind} requests per minute{'' if of_project else ' per user'}"
    text = f"Quota exceeded for quota metric '{kind} requests' and limit '{limit}' of service 'sheets.googleapis.com' for consumer 'project_number:123456789012'."
    info = {
        "quota_metric": metric,
        "consumer": "projects/123456789012",
        "quota_limit": f"{kind}RequestsPerMinutePer{'Project' if of_project else 'User'}",
        "service": "sheets.googleapis.com",
    }
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "RATE_LIMIT_EXCEEDED",
            "domain": "googleapis.com",
            "metadata": info,
        }
    ]
    return ApiError(429, text, details=details)


HTML_5XX = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <meta name=viewport"
    ' content="initial-scale=1, minimum-scale=1, width=device-width">\n  <title>Error {code}'
    " (Server Error)!!1</title>\n  <p><b>{code}.</b> <ins>That’s an error.</ins>\n  <p>The server"
    " encountered a temporary error and could not complete your request.<p>Please try again in 30"
    " seconds.  <ins>That’s all we know.</ins>\n"
)
