"""What the audit trail is made of: the names of what is recorded, its chain, its verification."""
