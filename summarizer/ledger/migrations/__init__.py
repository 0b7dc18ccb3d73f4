"""Steps that bring the ledger of an earlier version up to date."""
