"""The sergeant's board and the digests."""
