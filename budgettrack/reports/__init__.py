"""Reports: makes files for each audience. They are made from the views of `core`, which contain
only what that audience may see."""
