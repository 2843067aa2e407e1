"""Prompts: what calls say, as texts, recordings and synthesised speech in one audio format."""
