"""The shelf of adapters: one file is one kind of courier."""
