"""What to change in menus, texts and prompts, from what customers did: reckoned first, then applied as a draft."""
