"""Oracle's Artifacts and key management APIs, and the way there for the unmodified client."""
