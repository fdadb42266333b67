"""All state on disk, and the only SQL: one SQLite file, files as received, files as written."""
