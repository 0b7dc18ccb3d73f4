"""The prompts: a folder for each kind of brief, read by people first."""
