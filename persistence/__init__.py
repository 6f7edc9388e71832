"""What is remembered: tables, migrations, and the store that loads and saves whole batches. No rules live here."""
