"""The address of a caller as limits count it: a household is one, also where it may choose among a great many."""

import ipaddress

_HOME_BITS = 64  # what a provider gives one home or one handset at least (RFC 6177, RFC 7934)


def household(address: str) -> str:
    """The IPv4 address, or the /64 of an IPv6 address; what is no address is taken as it is, cut to 64 characters."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known.packed, _HOME_BITS), strict=False))
