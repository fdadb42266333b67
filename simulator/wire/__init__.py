"""Mechanics that the simulated vendors share: what happens on the wire, whoever speaks."""
