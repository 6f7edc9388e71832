"""The command line: `refundry`, one verb per chore."""
