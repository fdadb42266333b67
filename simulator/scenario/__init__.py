"""Scenarios: questions that a shop owner asks, played with the real agent in the staging world."""
