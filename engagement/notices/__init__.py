"""What officers are told and when: their digests, what happened while they were off, their calendar."""
