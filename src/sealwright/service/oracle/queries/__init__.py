"""SQL of Oracle's APIs."""
