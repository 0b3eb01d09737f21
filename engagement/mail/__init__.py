"""Letters, from the outbox to the other server."""
