"""Money: paying online, top-ups, points, credit."""
