"""The app interface: everything the web hall does, as JSON for a carrier's own app."""
