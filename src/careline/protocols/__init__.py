"""Wire formats as plain values and state machines: bytes in, events out, no sockets and no clock of their own."""
