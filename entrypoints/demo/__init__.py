"""The demonstration: ten days of invented, plausible business, told to the real intake."""
