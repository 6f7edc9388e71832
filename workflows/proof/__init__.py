"""The proof: every situation a resource can come into, found by search, and what must hold in each of them.

The search takes the very functions that decide in service. What must hold is judged without them, from the published
rules and plain arithmetic, so that a mistake in a definition or a decision shows as a counter-example.
"""
