"""Failures that plumb is known for: (pattern of the stage and message, why it is not mended). This list may only shrink."""
KNOWN = (
)
