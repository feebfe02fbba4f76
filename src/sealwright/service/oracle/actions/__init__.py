"""What Oracle's APIs do, on worker threads."""
