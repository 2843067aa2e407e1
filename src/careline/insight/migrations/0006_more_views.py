"""More views for other programs: sums by one dimension, acceptance of services by channel and place, and how often numbers call."""

from django.db import migrations

_MAKE = """
CREATE VIEW insight.sums_by_day AS
 SELECT day, source, dimension, key, attempts, applications, failed, queries FROM insight_margin;
CREATE VIEW insight.services_by_day AS
 SELECT day, source, service, dimension, key, attempts, applications, failed, queries FROM insight_pair;
CREATE VIEW insight.callers_by_month AS SELECT month, source, channel, dials, users FROM insight_dials WHERE users > 0;
"""
_DROP = "DROP VIEW insight.sums_by_day, insight.services_by_day, insight.callers_by_month"


class Migration(migrations.Migration):
    dependencies = [("insight", "0005_keeping")]
    operations = [migrations.RunSQL(_MAKE, _DROP)]
