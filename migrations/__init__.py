"""Converters of legacy trees and ledgers: scan, plan, run.

One direction: :mod:`walk` reads a source to its last entry and hashes every file before anything
looks inside; :mod:`scan` gives each entry a class with the :mod:`formats` (one file per source
format, found by discovery); :mod:`assembly` puts together what belongs together; :mod:`planning`
says which events and objects would be made, with a verdict and a reason for each; :mod:`running`
makes them. The rules of the old programs, right or wrong, are in :mod:`rules` and :mod:`ledgers`.

The source is never written to, and nothing in it is ever executed or unpickled.
"""
