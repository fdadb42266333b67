"""`python -m agent` is `tally`."""

from agent.cli import main

main()
