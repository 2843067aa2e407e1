"""Looking at cases: the inbox, search, history and what else staff have before their eyes."""
