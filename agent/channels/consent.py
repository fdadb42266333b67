"""How a person lets tallyman into a shop: keys to copy, a code to type in, or a page that sends them back.

A channel's folder gives `consent(shop, settings, ports)`, one of the three; `tally connect` walks
a person through it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from agent.channels.oauth import Grant


@dataclass(frozen=True)
class Keys:
    """Keys that are shown on one of the vendor's own pages, to be typed in."""

    where: str  # how to get to that page, in a sentence
    labels: Mapping[str, str]  # {name of the secret: what the vendor calls it}


@dataclass(frozen=True)
class DeviceCode:
    """What a person is asked to type in where. Times in seconds."""

    address: str
    user_code: str
    device_code: str
    interval_s: float
    expires_s: float

    def __repr__(self) -> str:
        return f"DeviceCode(address={self.address!r})"


class Device(ABC):
    """The device flow: the person goes to an address with a code while we keep asking."""

    secret: str  # under which the tokens are kept

    @abstractmethod
    def begin(self) -> DeviceCode:
        """Start anew. ChannelError as for any call."""

    @abstractmethod
    def poll(self, code: DeviceCode) -> Grant | None:
        """The grant; None while the person has not decided.

        Throttled when asked too often, Unauthorised when the person refused or the code ran out.
        """


class Redirect(ABC):
    """The code flow: the person allows it on the vendor's page, which sends the browser back to us."""

    secret: str  # under which the tokens are kept

    @abstractmethod
    def address(self, redirect: str, state: str, challenge: str) -> str:
        """The page to open. `challenge` is the S256 challenge of PKCE, base64url."""

    @abstractmethod
    def redeem(self, code: str, redirect: str, verifier: str) -> Grant:
        """The grant for the code that came back."""


Consent = Keys | Device | Redirect
