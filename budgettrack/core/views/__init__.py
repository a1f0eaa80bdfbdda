"""The views: the figures and texts that each audience may see."""
