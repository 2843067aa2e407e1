"""SIP (RFC 3261 and what carriers use of its extensions), without sockets."""
