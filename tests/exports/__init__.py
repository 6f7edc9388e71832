"""What is kept, as files."""
