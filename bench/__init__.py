"""Measurements. Every figure is a ratio between two things measured side by side in one run."""
