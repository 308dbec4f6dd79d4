"""What goes into a certified folder besides the training's own files."""
