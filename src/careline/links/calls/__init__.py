"""The sockets of calls: SIP endpoint, media engine, dispatcher."""
