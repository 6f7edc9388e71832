"""The use-cases: the only code that opens a transaction. What they decide by comes from `workflows`."""
