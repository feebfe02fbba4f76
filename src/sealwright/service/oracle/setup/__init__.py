"""What whoever sets up Oracle's client has to be told, and to tell: `/api/v1/oracle`."""
