"""Time as a caller: what has fallen due is found and done. No rule lives here, only when to ask."""
