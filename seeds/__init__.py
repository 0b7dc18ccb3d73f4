"""The sample reports, written for this project."""
