"""State changes, by topic. They raise `Refused` with the vendor's user errors."""
