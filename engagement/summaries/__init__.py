"""You said ... We did: wording, approval, letters."""
