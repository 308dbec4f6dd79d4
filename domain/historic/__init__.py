"""The layout of models from before the certified tree: its names, its metadata, its torch files.

Old programs still read it. What is written here is derived from a certified version's own files, so
that the same version gives the same bytes for ever.
"""
