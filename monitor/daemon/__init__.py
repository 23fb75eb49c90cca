"""The service: polls, fetches, files and sends until it is told to stop.

Thin shells around the rooms of the house: `polls` asks feeds on their schedule, `articles` turns
entries and rechecks into filed revisions in the order in which they were fetched, `service` wires
them and owns start and stop.
"""
