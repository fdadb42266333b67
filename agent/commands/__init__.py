"""The verbs of `tally`, one file each: options in, one call, print out; no logic."""
