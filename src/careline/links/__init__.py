"""The sockets that speak the wire formats of careline.protocols, on asyncio."""
