"""What touches every table: retention, backup and restoring."""
