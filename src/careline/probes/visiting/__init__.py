"""How pretend customers visit: by telephone, text, dial menu, page and app."""
