"""Seeding plan versions: a document comes in, is corrected step by step, and becomes a version.

Every function takes the draft's ``base_revision``, the revision that the change started from, and
raises StaleDraftError when somebody changed the draft in between or it is a draft no more. Only
administrators seed.
"""
