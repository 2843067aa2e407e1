"""Orders of goods: chosen, paid, sent, received, returned and rated, as people know it from shops."""
