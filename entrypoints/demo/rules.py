"""The refund terms of the demonstration: the published ones, with promotions and limits to meet."""

from typing import Final

FLASH_SALE: Final = "flash_sale"
THREE_DAYS: Final = "three_days"
#: A code that no rules name.
UNKNOWN_PROMOTION: Final = "partner_bundle"

DEMO_RULES: Final = f"""\
version = "demo"
effective_from = 2020-01-01T00:00:00Z
late_arrival = "1h"

[window]
days = 7
convention = "calendar_days"
zone = "UTC"

[money]
rounding = "down"
coupon_allocation = "coupon_first"

[review]
above = {{ USD = "500.00", EUR = "450.00", JPY = "80000" }}

[promotions.{FLASH_SALE}]
refundable = false

[promotions.{THREE_DAYS}]
window_days = 3
"""
