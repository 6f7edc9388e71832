"""Outgoing hooks: whoever asked for it is told what happened, at least once, in order for each resource."""
