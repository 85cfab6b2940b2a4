"""The table of the shared cache (django.core.cache.backends.db).

It is made whatever CACHE_URL says: a site may change to Redis and back without migrating.
"""

from django.core.management import call_command
from django.db import migrations

TABLE = "tracker_cache"


def make(apps, schema_editor):
    """Make the table, unless it is there."""
    alias = schema_editor.connection.alias
    call_command("createcachetable", TABLE, database=alias, verbosity=0)


def remove(apps, schema_editor):
    """Drop the table; what was counted in it is lost."""
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(make, remove)]
