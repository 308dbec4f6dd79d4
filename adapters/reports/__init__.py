"""Reports for people who do not use the command line."""
