"""The rules in force where none are given: the published terms of 18 March 2026, counted in UTC."""

from typing import Final

STANDARD_RULES: Final = """\
version = "2026-03-18"
effective_from = 2026-03-18T00:00:00Z
late_arrival = "1h"

[window]
days = 7
convention = "calendar_days"
zone = "UTC"

[money]
rounding = "down"
coupon_allocation = "coupon_first"

[review]
above = { USD = "500.00" }
"""
