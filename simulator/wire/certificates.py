"""The staging world's own certificate authority, and certificates for its servers."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme

CERTIFICATE, KEY = "ca.pem", "ca-key.pem"


@dataclass(frozen=True)
class Authority:
    """An authority whose certificate lies in `file`, for clients to trust."""

    ca: trustme.CA
    file: Path

    def context(self, hosts: Iterable[str]) -> ssl.SSLContext:
        """A server's TLS context with a certificate for these names and addresses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*hosts).configure_cert(context)
        return context


def authority(folder: Path) -> Authority:
    """The authority kept in `folder`; made there at first use."""
    certificate, key = folder / CERTIFICATE, folder / KEY
    if certificate.exists() and key.exists():
        return Authority(
            trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes()), certificate
        )
    folder.mkdir(parents=True, exist_ok=True)
    ca = trustme.CA(organization_name="tally staging", organization_unit_name="Not for production")
    private = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "wb") as file:
        file.write(ca.private_key_pem.bytes())
    ca.cert_pem.write_to_path(str(certificate))
    return Authority(ca, certificate)
