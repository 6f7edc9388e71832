"""What the people who work here do by hand: switches, waiting events, notes, views."""
