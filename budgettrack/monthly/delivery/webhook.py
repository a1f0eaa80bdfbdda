"""Sends a signed copy of the public figures to a webhook by the rules of Standard Webhooks, and
sends pings to a monitoring service.

If a copy is sent again, its `webhook-id` is the same, so the receiver counts it once."""

from __future__ import annotations

import binascii
import contextlib
import hashlib
import ssl
from datetime import UTC, datetime

import requests
import tenacity
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from budgettrack.config.mail import Webhook
from budgettrack.core.base.errors import ConfigError
from budgettrack.monthly.delivery.secrets import WEBHOOK_SECRET, secret
from budgettrack.monthly.delivery.smtp import Handed
from budgettrack.version import __version__

TIMEOUT = (5.0, 20.0)
"""How many seconds the program waits for a connection, and for an answer."""

TRIES = 4
TOTAL = 60.0
"""A copy is sent in at most this many attempts (`TRIES`). After this many seconds (`TOTAL`), no
new attempt begins."""

AGENT = {"User-Agent": f"budgettrack/{__version__}"}


class _Again(Exception):  # noqa: N818 - no error yet
    """Raised if an attempt failed for the moment. Another attempt may succeed."""


def copy(webhook: Webhook, key: str, content: bytes, at: datetime, *, pause: float = 1.0) -> Handed:
    """Sends `content` (JSON) under an ID made of `key`.

    Returns "deferred" if all attempts fail, and "refused" if the receiver rejects the copy for
    good.
    Raises `ConfigError` if there is no secret to sign with."""
    signer = signer_of(webhook)
    name = "msg_" + hashlib.sha256(key.encode()).hexdigest()[:32]

    def once() -> Handed:
        headers = {
            **AGENT,
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signer.sign(name, at.astimezone(UTC), content.decode()),
        }
        try:
            answer = requests.post(
                webhook.url, content, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.exceptions.SSLError as error:
            return Handed("deferred", _untrusted(error))
        except requests.ConnectionError:
            raise _Again("The address of [deliver] webhook cannot be reached.") from None
        except requests.RequestException:
            raise _Again("The address of [deliver] webhook did not answer in time.") from None
        if 200 <= answer.status_code < 300:
            return Handed("confirmed", "")
        if answer.status_code in (408, 425, 429) or answer.status_code >= 500:
            raise _Again(f"The address of [deliver] webhook answered {answer.status_code}.")
        return Handed(
            "refused",
            f"The address of [deliver] webhook answered {answer.status_code}. Correct it or its"
            " secret, then send it again: budgettrack deliveries retry.",
        )

    attempts = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_after_delay(TOTAL),
        wait=tenacity.wait_exponential(multiplier=pause, max=20 * pause)
        + tenacity.wait_random(0, pause),
        retry=tenacity.retry_if_exception_type(_Again),
        reraise=True,
    )
    try:
        return attempts(once)
    except _Again as error:
        # The receiver recognises a copy by its ID, so another attempt does no harm.
        return Handed("deferred", f"{error} The next run tries again.")


def signer_of(webhook: Webhook) -> Signer:
    """Returns the object that signs the copies.

    Raises `ConfigError` if there is no secret to sign with."""
    try:
        return Signer(secret(WEBHOOK_SECRET, webhook.secret_file))
    except (binascii.Error, EmptyWebhookSecretError):
        raise ConfigError(
            f'{WEBHOOK_SECRET} is not a webhook secret. A webhook secret is "whsec_" and then'
            " random bytes in base64. Copy it from the receiver."
        ) from None


def _untrusted(error: requests.exceptions.SSLError) -> str:
    """Returns the message for a server that could not prove its identity. Nothing was sent to
    it."""
    why: object = error
    while isinstance(why, Exception) and not isinstance(why, ssl.SSLError):
        why = getattr(why, "reason", None) or next(iter(why.args), None)
    if isinstance(why, ssl.SSLCertVerificationError):
        shown = f"shows a certificate that cannot be trusted ({why.verify_message})"
    else:
        shown = "does not speak TLS"
    return (
        f"The address of [deliver] webhook {shown}. Check the address, and tell the people who run"
        " that server. Nothing was sent there. The next run tries again."
    )


def ping(url: str, sign: str) -> None:
    """Tells a monitoring service that a run began (`start`), ended well (blank) or failed
    (`fail`). Its answer is ignored, and a redirect is not followed."""
    with contextlib.suppress(requests.RequestException):
        address = f"{url.rstrip('/')}/{sign}".rstrip("/")
        requests.get(address, headers=AGENT, timeout=TIMEOUT, allow_redirects=False)
