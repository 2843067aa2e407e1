"""The staff's door: thin pages over the catalogue, the journal and the story of each message."""
