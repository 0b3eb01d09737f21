"""The register of groups: who they are, how they want to be reached, and when the next contact is due."""
