"""What `seal serve` offers, one folder each."""
