"""Web pages written for the tests: the templates of real kinds of sites, filled with stories of our own."""
