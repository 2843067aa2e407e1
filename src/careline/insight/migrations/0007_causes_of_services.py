"""Causes by service and day, of the days that are there already."""

from django.db import migrations

_OPENS = "verb IN ('subscribe', 'order', 'register', 'cancel')"
_FILL = f"""
INSERT INTO insight_pair (source, dimension, key, day, service, attempts, applications, failed, queries)
 SELECT source, 'cause', cause, day, service, sum(attempts), coalesce(sum(attempts) FILTER (WHERE {_OPENS}), 0),
  coalesce(sum(attempts) FILTER (WHERE {_OPENS} AND outcome IN ('failed', 'unknown', 'abandoned')), 0),
  coalesce(sum(attempts) FILTER (WHERE verb IN ('query', 'status', 'describe', 'help')), 0)
 FROM insight_day WHERE service <> 'non_business' GROUP BY source, cause, day, service ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0006_more_views")]
    operations = [migrations.RunSQL(_FILL, "DELETE FROM insight_pair WHERE dimension = 'cause'")]
