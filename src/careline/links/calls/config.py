"""How calls reach us: addresses, trunks and limits, as values.

`config_file.py` reads them from the TOML file that CARELINE_CALLS names.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

Network = IPv4Network | IPv6Network
Codec = Literal["PCMA", "PCMU"]
DIGESTS = ("SHA-256", "MD5")  # RFC 8760: the stronger first
CODECS: tuple[Codec, ...] = ("PCMA", "PCMU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """One address where we answer, written `udp:0.0.0.0:5060`."""

    transport: Literal["udp", "tcp"]
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.transport}:{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """One neighbour that sends us calls, and takes those that we make: an SBC, a PBX, a softphone.

    A call belongs to the trunk with the narrowest network that holds the sender's address. With `username` the sender
    must also know the secret (digest); without it the address is enough. Where the neighbour challenges us, the same
    name and secret answer; with `challenged = false` they do nothing else.
    """

    name: str
    networks: tuple[Network, ...] = ()
    trusted: bool = False  # its P-Asserted-Identity counts (RFC 3325: it is in our trust domain)
    from_header: bool = False  # where no asserted identity counts, the number in From is believed
    username: str = ""
    secret: str = field(default="", repr=False)
    challenged: bool = True
    proxy: str = ""  # calls that we make go there: host:port;transport=udp
    numbers: tuple[str, ...] = ()  # what may be called through it; empty: everything

    @property
    def user(self) -> str:
        """Who its callers must prove to be; "" when nobody in particular."""
        return self.username if self.challenged else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that the endpoint needs to know; the defaults serve a demo on one machine."""

    listen: tuple[Listen, ...] = (
        Listen(transport="udp", host="127.0.0.1", port=5060),
        Listen(transport="tcp", host="127.0.0.1", port=5060),
    )
    advertise: str = ""  # the address that others reach us by; empty: the one that leads to the sender
    realm: str = "careline"
    digest: tuple[str, ...] = DIGESTS  # as offered; there are telephones that read the first challenge only
    country: str = "86"  # of numbers that are written without one
    trunks: tuple[Trunk, ...] = ()
    workers: int = 1
    max_calls: int = 1000  # one worker; measured: 1,000 calls that play prompts leave a core room
    max_setups_per_second: float = 500.0
    retry_after_seconds: int = 5  # what a refused neighbour is asked to wait (RFC 3261 §20.33)
    stranger_answers_per_second: float = 2.0  # to one address that is of no trunk, or does not know its secret
    rtp_host: str = ""  # where sound is received; empty: the host of the first listen address
    rtp_ports: tuple[int, int] = (20000, 30000)  # first, and first that is no longer ours; even ones are used
    codecs: tuple[Codec, ...] = CODECS
    session_expires_seconds: int = 1800  # RFC 4028 §4 recommends 1,800 seconds
    min_session_seconds: int = 90  # RFC 4028 §4: 90 is the smallest that may be asked for
    reliable_provisional: bool = True  # PRACK where the caller can (RFC 3262)
    no_sound_seconds: float = 60.0  # neither RTP nor RTCP for so long: the caller is lost
    ring_seconds_max: float = 180.0  # nobody answered: RFC 3261 §16.6 timer C is more than three minutes
    tcp_idle_seconds: float = 300.0
    tcp_connections_max: int = 1000

    @property
    def sound_host(self) -> str:
        return self.rtp_host or self.listen[0].host


def demo(host: str = "127.0.0.1", port: int = 5060) -> Config:
    """What runs without a file: this machine is trusted, nobody else is."""
    from ipaddress import ip_network

    neighbour = Trunk(
        name="loopback",
        networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        trusted=True,
        from_header=True,
    )
    return Config(
        listen=(Listen(transport="udp", host=host, port=port), Listen(transport="tcp", host=host, port=port)),
        trunks=(neighbour,),
    )
