"""What Oracle's client `oci` and its libraries read, so that they find our service."""
