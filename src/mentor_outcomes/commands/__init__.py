"""What `mentor-outcomes` does, one module per command; each returns the exit code."""
