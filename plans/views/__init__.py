"""The pages: each view reads the request, asks a selector, and answers."""
