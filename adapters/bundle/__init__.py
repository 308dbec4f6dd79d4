"""The file of a bundle: a zip in one spelling, and the script that verifies it without us."""
