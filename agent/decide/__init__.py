"""The functional core: what every channel should show and do, from plain values alone, with reasons."""
