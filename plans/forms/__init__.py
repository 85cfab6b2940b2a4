"""What people send, checked: one module for each family of pages."""
