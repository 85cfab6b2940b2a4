"""Tests of long work and kept files."""

MODULES = ["plans.jobs.tasks", "tests.jobs.handlers"]
