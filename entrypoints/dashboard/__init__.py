"""The dashboard: pages for the people who run refunds, rendered here and complete without a script."""
