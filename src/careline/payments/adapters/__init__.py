"""The shelf of payment providers: one file is one provider, with `provider(environment)`."""
