"""What each command does, behind `monitor.cli`."""
