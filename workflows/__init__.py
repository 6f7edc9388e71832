"""The rules of refunding, as values and pure functions.

Nothing in this package reads a clock, a file or a database, logs, or draws random numbers: every
moment and every fact it decides on is an argument. What it answers for the same arguments never changes.
"""
