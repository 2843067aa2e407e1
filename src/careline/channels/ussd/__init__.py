"""USSD by the HTTP conventions of its gateways."""
