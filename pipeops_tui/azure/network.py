"""Builds the TLS contexts and finds the proxy that all three HTTP stacks use."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import truststore

_CA_FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where other tools keep extra authorities; each stack reads a different one, so all of them are honoured here."""

_OWN_STORE = ("darwin", "win32")
"""Platforms whose store is a service and not files."""

_CA_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""The system's store on Debian, Fedora, RHEL, SUSE and Alpine, for a Python whose OpenSSL was built elsewhere."""


class UnusableProxyError(Exception):
    """The machine's proxy settings cannot be worked with; says why as a sentence, without credentials."""


@dataclass(frozen=True, slots=True)
class Network:
    """TLS contexts that always verify, and the proxy settings of the machine.

    There are two contexts because truststore holds a lock of the context during a handshake: a blocking handshake in
    a thread must never make the event loop wait for that lock.
    """

    loop_context: ssl.SSLContext
    thread_context: ssl.SSLContext
    proxy: str | None
    """URL of the proxy for everything that is neither local nor excepted."""
    ca_file: Path | None = None
    """The file of further authorities that was given, and could be read."""

    @classmethod
    def build(cls, ca_file: Path | None, environ: Mapping[str, str] = os.environ) -> Network:
        """Trust the operating system's store plus the authorities in `ca_file` and in the usual variables.

        Takes some 100 ms of CPU: call it off the event loop. Raises `OSError` (of which `ssl.SSLError` is one) when
        `ca_file` cannot be read or holds no PEM certificate; unreadable files named by variables are passed over.
        Raises `UnusableProxyError` for a proxy of an unknown kind.
        """
        proxies = getproxies()
        proxy = _proxy(proxies.get("https") or proxies.get("all") or "")
        return cls(_context(ca_file, environ), _context(ca_file, environ), proxy, ca_file)

    def proxy_for(self, url: str) -> str | None:
        """URL of the proxy to take to `url`, or None for a direct connection. Loopback is always direct."""
        host = urlsplit(url).hostname or ""
        if is_loopback(host) or proxy_bypass(host):
            return None
        return self.proxy


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an IP address, without port) is this machine."""
    if host.casefold().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _proxy(setting: str) -> str | None:
    """A proxy setting as a URL all three stacks take; a bare host and port means HTTP, as for curl."""
    text = setting.strip()
    if not text:
        return None
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UnusableProxyError("The proxy in HTTPS_PROXY or ALL_PROXY is not an http:// or https:// address.")
    return url


def _context(ca_file: Path | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    context = _system_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 refuses authorities that OpenSSL, browsers and the Azure CLI take, such as those of many company
    # proxies (python/cpython#133564, "Basic Constraints of CA cert not marked critical"). Chain and host name stay
    # checked.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    for path in _extra_files(environ):
        with contextlib.suppress(OSError):
            context.load_verify_locations(cafile=path)
    return context


def _extra_files(environ: Mapping[str, str]) -> list[Path]:
    """The files that variables name, each once; without the one that OpenSSL has read as its default already."""
    named = [Path(environ[variable]) for variable in _CA_FILE_VARIABLES if environ.get(variable)]
    default = ssl.get_default_verify_paths().cafile if sys.platform not in _OWN_STORE else None
    known = {Path(default).resolve()} if default else set()
    extra: dict[Path, None] = {path.resolve(): None for path in named if path.is_file()}
    return [path for path in extra if path not in known]


def _system_context() -> ssl.SSLContext:
    """A verifying client context with the operating system's authorities.

    Where that store is files, they are read once here: truststore would read them again for each connection, 45 ms of
    standstill every time.
    """
    if sys.platform in _OWN_STORE:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    known = ssl.get_default_verify_paths()
    if not known.cafile and not (known.capath and any(Path(known.capath).glob("????????.0"))):
        bundle = next((path for path in _CA_BUNDLES if Path(path).is_file()), None)
        if bundle is not None:
            context.load_verify_locations(cafile=bundle)
    return context
