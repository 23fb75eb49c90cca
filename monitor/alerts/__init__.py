"""Tiers, messages, signing and delivery of changes that were asked for."""
