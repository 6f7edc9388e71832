"""What would be if: suppositions about one resource, other rules for many, and nothing ever written."""
