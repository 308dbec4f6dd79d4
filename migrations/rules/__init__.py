"""What the old programs did, as pure functions: names, hashes, number texts, times, constants.

They repeat the old rules exactly, mistakes included, so that old records can be recomputed. None
of them is used for anything new.
"""
