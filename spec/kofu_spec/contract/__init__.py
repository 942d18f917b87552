"""What goes with the protos and can't be stated in them: the table of reasons."""
