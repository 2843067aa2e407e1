"""Other people's media servers: the same calls, rendered to VoiceXML, FastAGI, httapi and webhooks."""
