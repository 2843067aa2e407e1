"""What the user agent of careline.protocols.sip is told of our configuration, and how addresses are read for it."""

import os
import re
from collections.abc import Sequence
from typing import Final, cast

from careline.links.calls.admission import Neighbours
from careline.links.calls.config import Config, Trunk
from careline.links.calls.events import Unreached
from careline.links.calls.frames import worker_of
from careline.links.calls.wires import Wires, resolved
from careline.protocols.sip import Hop, Incoming, identity
from careline.protocols.sip.config import Config as AgentConfig
from careline.protocols.sip.config import Limits
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.steps import Transport
from careline.protocols.sip.uri import Uri, bracketed, escaped
from careline.values.msisdn import Msisdn

_CALL_ID_OCTETS: Final = 12
_TRANSACTIONS_PER_CALL: Final = 6  # INVITE and BYE, a refresh, keys by INFO
_LINGER_SECONDS: Final = 32  # a transaction stays so long after its end (RFC 3261 §17.2: timers H, J and L)
_NUMBER: Final = re.compile(r"\+?[0-9*#]+")


def agent_config(config: Config, host: str, wires: Wires, neighbours: Neighbours) -> AgentConfig:
    """The user agent's view of a configuration, once the sockets are open."""
    return AgentConfig(
        host=host,
        ports={one.transport: one.port for one in reversed(wires.addresses)},
        admitted=lambda hop: bool(neighbours.of(hop.host)),
        challenged=lambda hop: neighbours.challenged(hop.host),
        realm=config.realm,
        users={trunk.user: trunk.secret for trunk in config.trunks if trunk.user},
        algorithms=config.digest,
        country=config.country,
        session_expires_seconds=config.session_expires_seconds,
        min_se_seconds=config.min_session_seconds,
        reliable_provisional=config.reliable_provisional,
        call_id=lambda: own_call_id(host, wires.number, wires.workers),
        limits=Limits(
            # Calls beyond max_calls are refused by us, with our count of them; this is the last fence.
            calls=config.max_calls * 2 + 100,
            transactions=int(max(20_000, config.max_setups_per_second * _TRANSACTIONS_PER_CALL * _LINGER_SECONDS)),
            ringing_seconds=config.ring_seconds_max,
            retry_after_seconds=config.retry_after_seconds,
        ),
    )


def own_call_id(host: str, worker: int, workers: int) -> str:
    """A new Call-ID whose messages come to this worker."""
    while True:
        call_id = f"{os.urandom(_CALL_ID_OCTETS).hex()}@{bracketed(host)}"
        if workers == 1 or worker_of(call_id.encode(), workers) == worker:
            return call_id


def caller_of(event: Incoming, trunk: Trunk, country: str) -> Msisdn | None:
    """The caller's number as far as the trunk is believed; None: withheld, or nothing to believe."""
    request = event.request
    if trunk.trusted and "P-Asserted-Identity" in request.fields:
        # Asserted to be something else than a number: then From, which the caller writes, counts where it always does.
        return identity.caller(request, trusted=True, country=country, claims=trunk.from_header)
    return identity.caller(request, trusted=False, country=country) if trunk.from_header else None


def trunk_named(name: str, trunks: Sequence[Trunk]) -> Trunk | None:
    """The trunk with this name; None for "". Raises Unreached when there is none."""
    found = next((one for one in trunks if one.name == name), None)
    if name and found is None:
        raise Unreached(503, f"no trunk {name}")
    return found


async def target_of(uri: str, trunk: Trunk | None) -> tuple[str, Hop]:
    """The Request-URI of a call of ours, and where it is sent first. Raises OSError (no such name), ValueError."""
    if trunk and trunk.proxy:
        where = Uri.parse(f"sip:{trunk.proxy}")
        if _NUMBER.fullmatch(uri):
            uri = f"sip:{escaped(uri)}@{where.host}"
    else:
        where = Uri.parse(uri)
    if not where.host or where.transport not in ("udp", "tcp"):
        raise Malformed(416, "Not a SIP Address for UDP or TCP")  # nothing that asks for TLS is sent in the clear
    port = where.port or 5060
    return uri, Hop(cast(Transport, where.transport), await resolved(where.bare_host, port), port)
