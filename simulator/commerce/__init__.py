"""What all simulated shops have in common: documents in SQLite, stock arithmetic, tax, shipments."""
