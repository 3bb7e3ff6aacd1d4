"""The programs: each is what a user of its package would write."""
