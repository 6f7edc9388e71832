"""Many resources judged at once, and their refunds asked for."""
