"""The doors for other systems: TM Forum's TMF621, TMF683 and TMF681, version 4, on our own records."""
