"""Certificates that a client must trust, and those that it must refuse."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"


def _issued(name: str, *, until: datetime | None = None) -> Callable[[trustme.CA, Path], Path]:
    def make(authority: trustme.CA, folder: Path) -> Path:
        path = folder / "server.pem"
        authority.issue_cert(name, not_after=until).private_key_and_cert_chain_pem.write_to_path(
            path
        )
        return path

    return make


def _self_signed(_: trustme.CA, folder: Path) -> Path:
    """A server that vouches for itself, with the right name and dates."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _strangers(_: trustme.CA, folder: Path) -> Path:
    """An authority that nobody trusts vouches for the right name."""
    return _issued(NAME)(trustme.CA(), folder)


GOOD = _issued(NAME)
BAD: Mapping[str, tuple[Callable[[trustme.CA, Path], Path], str]] = {
    "wrong name": (_issued("mail.elsewhere.example.org"), "Hostname mismatch"),
    "expired": (_issued(NAME, until=datetime.now(UTC) - timedelta(days=1)), "certificate has expired"),
    "self-signed": (_self_signed, "self-signed certificate"),
    "unknown authority": (_strangers, "unable to get local issuer certificate"),
}  # fmt: skip
"""Certificates to refuse, each with the reason that the library gives."""


def server_context(
    folder: Path, certificate: Callable[[trustme.CA, Path], Path] = GOOD
) -> tuple[ssl.SSLContext, Path]:
    """The server's side with that certificate, and the authority that the client trusts."""
    authority = trustme.CA()
    authorities = folder / "authorities.pem"
    authority.cert_pem.write_to_path(authorities)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(authority, folder))
    return context, authorities
