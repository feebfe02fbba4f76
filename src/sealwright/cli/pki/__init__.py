"""`seal pki`, as far as a CA at work goes: what it revokes, publishes and answers."""
