"""The collections ``oqt_*``: projections into a database of documents, one file each."""
