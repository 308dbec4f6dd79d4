"""Rendering the files of a certified version. Each is rendered once and kept by digest for ever:
a later version of this code changes no certified byte.
"""
