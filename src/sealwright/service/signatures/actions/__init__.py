"""What is done with signatures, synchronously, on worker threads."""
