"""Cases: what customers complain of, ask and suggest; owned, timed, answered, archived."""
