"""Follows figures and official positions through the news and says when one changes."""

__version__ = "0.1.0"
