"""What the search notes by itself on the way, so that it need not believe what a resource says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notes:
    """What happened, counted from what was told alone.

    `claimed`: a request stands that was taken. `late`: revoked or reset at the deadline or after. `combined`: the
    present application is a combined one. `consumed` in units; `successes` of refunds; `out_minor` is what has gone
    out (what a provider takes back goes onto the account balance, and so is still out).
    """

    claimed: bool = False
    late: bool = False
    combined: bool = False
    consumed: int = 0
    successes: int = 0
    out_minor: int = 0
