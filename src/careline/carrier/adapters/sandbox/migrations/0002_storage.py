"""Room in the pages of what is updated most, so that updates stay in place; and the numbers of fresh demo lines."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0001_tables")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE sandbox_account SET (fillfactor = 80);"
            " ALTER TABLE sandbox_usage SET (fillfactor = 90);"
            " ALTER TABLE sandbox_bill SET (fillfactor = 90);"
            " CREATE SEQUENCE sandbox_fresh;",
            "DROP SEQUENCE sandbox_fresh",
        )
    ]
