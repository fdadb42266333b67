"""File formats, one file each: bytes to rows with their place, and back. Knows nothing of stock."""
