"""A day on which nothing failed has a rate of nought, not none; and one of which all was taken off again breaks no query."""

from django.db import migrations

_MAKE = """
CREATE OR REPLACE VIEW insight.failure_rate_by_day AS
 SELECT day, source, coalesce(sum(attempts) FILTER (WHERE is_application), 0) AS applications,
  coalesce(sum(attempts) FILTER (WHERE is_failure), 0) AS failed,
  coalesce(sum(attempts) FILTER (WHERE is_failure), 0) / nullif(sum(attempts) FILTER (WHERE is_application), 0) AS failure_rate
 FROM insight.attempts_by_day GROUP BY day, source;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_causes_of_services")]
    operations = [migrations.RunSQL(_MAKE, migrations.RunSQL.noop)]
