"""The kinds of brief: one schema module each, the whole definition of what the model is asked to fill in."""
