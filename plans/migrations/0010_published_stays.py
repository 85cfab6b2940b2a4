"""A version that was published stays published: one trigger more."""

from importlib import import_module

from django.db import migrations

_triggers = import_module("plans.migrations.0004_triggers")


class Migration(migrations.Migration):
    dependencies = [("plans", "0009_corrigenda")]

    operations = [migrations.RunPython(_triggers.install, migrations.RunPython.noop)]
