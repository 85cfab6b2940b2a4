"""Tests of long work and kept files."""

MODULES = ["plans.jobs.tasks", "plans.exports.tasks", "tests.jobs.handlers"]
