"""HTTP as every slice of the service speaks it: who asks, what for, the answer, and how errors are told."""
