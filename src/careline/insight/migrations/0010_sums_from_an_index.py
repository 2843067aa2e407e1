"""Figures of one dimension by day are read from an index, and not from rows that carry 96 hours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0009_clocks_put_right")]
    operations = [
        migrations.AddIndex(
            "margin",
            models.Index(
                fields=["source", "dimension", "day", "key"],
                include=["attempts", "applications", "failed", "queries"],
                name="insight_margin_sums",
            ),
        ),
    ]
