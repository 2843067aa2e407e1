"""A whole small carrier in tables of its own (sandbox_*), reached only through `careline.carrier.port.Carrier`.

Rules in a sentence each: own fees are taken from the basic account, then from the gift account; content providers' fees
only from the basic one; who cannot pay is suspended, and released after 90 days; what one reference asks is done at
most once. `carrier.Sandbox` is the adapter; `stumbling` makes it slow, silent or refusing on request.
"""
