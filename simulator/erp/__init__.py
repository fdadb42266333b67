"""A legacy ERP: its own books, export files out, import files in, and people who ship and answer."""
