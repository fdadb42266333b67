"""Frozen values that every room speaks in. Imports nothing of ours but itself."""
