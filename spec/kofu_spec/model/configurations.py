"""Several small worlds, each with what some invariants are about, and the large ones for `make model-full`."""

from kofu_spec.model.state import Configuration

SMALL = (
    Configuration("pin", kiosks=2, front=1, wrong_pins=1, counter=1),
    Configuration("session", citizens=2, front=1, swaps=1, validity=1, clock=1),
    Configuration("hours", requests=1, clock=1, koseki=1),
    Configuration("twice", requests=1, duplicates=1),
    Configuration("lost", requests=1, losses=1, timeouts=1),
    Configuration("late", citizens=2, requests=2, timeouts=1),
    Configuration("release", citizens=2, requests=2, pages=2, glitches=1),
    Configuration("one_page", citizens=2, requests=2, glitches=1),
    Configuration("servers", requests=2, servers=2, timeouts=1),
    Configuration("koseki", requests=1, koseki=1, filings=1, timeouts=1),
    Configuration("feed", requests=1, servers=2, changes=1),
    Configuration("gap", citizens=2, requests=1, changes=2, silence=1),
    Configuration("money", requests=1, copies=2, mishaps=1),
)
"""Checked on every commit."""

LARGE = (
    Configuration("feed_large", requests=1, servers=2, changes=2, silence=1),
    Configuration("koseki_large", requests=2, koseki=1, filings=1, timeouts=1),
    Configuration("release_large", citizens=2, requests=2, pages=2, glitches=2, copies=2),
    Configuration("hops_large", citizens=2, requests=2, losses=1, duplicates=1, timeouts=1),
    Configuration("servers_large", kiosks=2, citizens=2, requests=2, servers=2),
    Configuration(
        "whole_session",
        citizens=1,
        requests=1,
        front=1,
        wrong_pins=1,
        validity=1,
        counter=1,
        clock=1,
        koseki=1,
        timeouts=1,
        losses=1,
        mishaps=1,
    ),
)
"""Checked by `make model-full`."""

CONFIGURATIONS = {configuration.name: configuration for configuration in (*SMALL, *LARGE)}
