"""The dialects in which aggregators' gateways speak SMS over HTTP; one file each, with `DIALECT`."""
