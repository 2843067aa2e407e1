"""SMPP 3.4: the short message peer-to-peer protocol, both sides, as values and a state machine."""
