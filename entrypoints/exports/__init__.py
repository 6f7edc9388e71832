"""Exports written as files: CSV, NDJSON, Parquet."""
