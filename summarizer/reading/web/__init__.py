"""What is fetched: addresses within limits, and the feeds that lead to them.

addresses   fetched politely: one request a host at a time, redirects checked again
network     the way out: public addresses alone, checked where the connection is made
cache       answers that a server let us keep
feeds       RSS, Atom and JSON Feed
"""
