"""What communities raise, what was done, and who was told."""
