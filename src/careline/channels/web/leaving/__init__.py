"""Leaving: reason, offers, and the way out that stays open."""
