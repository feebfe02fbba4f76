"""What the registry does, synchronously: each function takes the storage and runs on a worker thread."""
