"""Converters of legacy trees and ledgers: scan, plan, run. One file per source format."""
