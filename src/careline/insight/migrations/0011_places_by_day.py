"""Places of menus by local day, made from the hours that are there, and a view of them for other programs."""

from django.conf import settings
from django.db import migrations, models

_FILL = """
INSERT INTO insight_place (day, source, channel, version, menu, node, sessions, visits, done, person, left_here)
 SELECT (hour AT TIME ZONE %s)::date AS day, source, channel, version, menu, node, sum(sessions), sum(visits), sum(done),
 sum(person), sum(left_here) FROM insight_node GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY source, menu, day
"""
_VIEW = """
CREATE VIEW insight.menu_by_day AS
 SELECT day, source, channel, version, menu, node, sessions, visits, done, person, left_here FROM insight_place
"""


def _fill(apps: object, editor: object) -> None:
    with editor.connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_FILL, [settings.TIME_ZONE])


class Migration(migrations.Migration):
    dependencies = [("insight", "0010_sums_from_an_index")]
    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("source", models.CharField(max_length=32)),
                ("channel", models.CharField(max_length=16)),
                ("version", models.IntegerField()),
                ("menu", models.CharField(max_length=64)),
                ("node", models.CharField(max_length=96)),
                ("sessions", models.BigIntegerField()),
                ("visits", models.BigIntegerField()),
                ("done", models.BigIntegerField()),
                ("person", models.BigIntegerField()),
                ("left_here", models.BigIntegerField()),
                ("pk", models.CompositePrimaryKey("source", "menu", "day", "channel", "version", "node", blank=True,
                                                  editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
            ],
            options={
                "db_table": "insight_place",
                "indexes": [models.Index(fields=["source", "day"], condition=models.Q(node=""), name="insight_place_whole")],
            },
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop, elidable=False),
        migrations.RunSQL(_VIEW, "DROP VIEW insight.menu_by_day"),
    ]  # fmt: skip
