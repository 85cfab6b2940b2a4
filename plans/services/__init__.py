"""Everything that changes a state. One function for each change: it checks the right, validates,
saves and logs, in one transaction. Views, commands and the administration call these."""
