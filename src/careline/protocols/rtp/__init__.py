"""RTP and RTCP, telephone events, G.711 and tones, without sockets."""
