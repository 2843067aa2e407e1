"""One hotline for all probes of a file; each probe calls from a marked line of its own."""

from tests.calls.hotline import hotline as hotline
