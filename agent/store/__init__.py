"""All state on disk, and the only SQL: one SQLite file, the vault of files received, the spool of files written."""
