"""Reads the addresses of clouds strictly, so that what is compared is what will be connected to. Pure.

URL parsers disagree about blanks, backslashes, percent-encoding and numbers as hosts; one of them could take for
Microsoft's what another takes for a stranger's. So everything that could be read in two ways is refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

HTTPS_PORT = 443

_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]*)*)",
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_BEFORE_PATH = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/]*")

_SIGN_IN_DOMAINS = (
    # Public, US Government, China and (until 2021) Germany: Microsoft Learn, "National clouds"; "Microsoft 365 URLs and
    # IP address ranges", ids 56 and 59, which also name device.login.… and clientconfig.… below them.
    "microsoftonline.com",
    "microsoftonline-p.com",
    "microsoftonline.us",
    "microsoftonline.cn",
    "microsoftonline.de",
    "login.windows.net",
    "login.windows.com",
    "sts.windows.net",
    "accesscontrol.windows.net",
    "login.chinacloudapi.cn",
    "login.usgovcloudapi.net",
    # Managed identities and regional sign-in use *.login.microsoft.com; a code is entered at microsoft.com/devicelogin.
    "microsoft.com",
    "microsoft.us",
    # Personal accounts, and sign-in without a password in a company's network.
    "live.com",
    "microsoftazuread-sso.com",
    "microsoftazuread-sso.us",
    # Sovereign clouds and tenants for customers: the well-known authority hosts of MSAL for Python 1.39.
    "sovcloud-identity.fr",
    "sovcloud-identity.de",
    "sovcloud-identity.sg",
    "b2clogin.com",
    "b2clogin.cn",
    "b2clogin.us",
    "b2clogin.de",
    "ciamlogin.com",
)
"""Domains under which Microsoft signs people in, in all clouds: a real credential would be accepted there."""


class BadAddressError(ValueError):
    """An address that cannot be used, with the reason as a sentence."""


@dataclass(frozen=True, slots=True)
class Address:
    """An HTTPS address: `host` in lower case, `port` unless it is HTTPS' own, `path` without a slash at its end."""

    host: str
    port: int | None = None
    path: str = ""

    @property
    def place(self) -> str:
        """Host and port, as a person reads them."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, always written in the same way."""
        return f"https://{self.place}{self.path}"


def read_address(text: str) -> Address:
    """The address in a URL, or in a bare host name with or without a port. Raises `BadAddressError`.

    Refused are a scheme other than https, user names, percent-encoding, queries, characters outside of ASCII, blanks
    inside, dots at the end, names in other scripts (`xn--`), and IP addresses other than this computer's.
    """
    authority = _BEFORE_PATH.match(text)
    before = authority.group() if authority else ""
    found = _ADDRESS.fullmatch(before.lower() + text[len(before) :]) if text.isascii() else None
    if found is None:
        raise BadAddressError("It can hold only a host name of letters, digits, dots and hyphens, a port and a path.")
    if found["scheme"] not in (None, "https"):
        raise BadAddressError("It must begin with https://.")
    port = int(found["port"]) if found["port"] else HTTPS_PORT
    if not 0 < port < 65536:
        raise BadAddressError(f"There is no port {port}.")
    _check_host(found["host"])
    return Address(found["host"], None if port == HTTPS_PORT else port, found["path"].rstrip("/"))


def same_place(left: str, right: str) -> bool:
    """Whether two addresses name the same host and port; one that cannot be read never does."""
    try:
        return read_address(left).place == read_address(right).place
    except BadAddressError:
        return False


def signs_people_in(host: str) -> bool:
    """Whether `host` (without a port) belongs to Microsoft's sign-in, in any cloud."""
    return any(host == domain or host.endswith(f".{domain}") for domain in _SIGN_IN_DOMAINS)


def _check_host(host: str) -> None:
    if host.startswith("["):
        _check_number(host[1:-1])
        return
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddressError("Its host name is not one that can exist.")
    if any(label.startswith("xn--") for label in labels):
        raise BadAddressError("Its host name is in another script, and could look like another one.")
    # Browsers and C libraries read a host whose last part is a number, decimal or hexadecimal, as an IPv4 address.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        _check_number(host)


def _check_number(host: str) -> None:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BadAddressError("It is an IP address; name the host.")
