"""The measures: one family per file.

A measure is a function of a folder and a size. It sets everything up, uncounted, and returns the
job that is counted. The job returns figures of its own, ``{}`` where time and memory say it all.
Fixtures that several measures read (:mod:`fixtures`) are made on first use and stay in the folder.
"""
