"""A month's dip-sample: a few entries, drawn fairly, that a sergeant reads and comments on."""
