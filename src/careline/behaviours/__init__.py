"""The shelf of behaviours: one file performs one kind of service; files that begin with an underscore are what several share."""
