"""What holds for every history, not only for those somebody thought of: properties, tried on random ones."""
