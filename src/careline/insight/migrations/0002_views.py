"""What other programs may read: views in a schema of its own, to be granted as a whole; docs/guides/statistics.md lists them."""

from django.db import migrations

_MAKE = """
CREATE SCHEMA insight;
CREATE VIEW insight.attempts_by_day AS
 SELECT day, source, channel, region, brand, version AS catalogue_version, service, verb, outcome, cause, attempts,
  verb IN ('subscribe', 'order', 'register', 'cancel') AND service <> 'non_business' AS is_application,
  verb IN ('subscribe', 'order', 'register', 'cancel') AND service <> 'non_business'
   AND outcome IN ('failed', 'unknown', 'abandoned') AS is_failure
 FROM insight_day;
CREATE VIEW insight.failure_rate_by_day AS
 SELECT day, source, sum(attempts) FILTER (WHERE is_application) AS applications,
  sum(attempts) FILTER (WHERE is_failure) AS failed,
  sum(attempts) FILTER (WHERE is_failure) / sum(attempts) FILTER (WHERE is_application) AS failure_rate
 FROM insight.attempts_by_day GROUP BY day, source;
CREATE VIEW insight.attempts_by_hour AS
 SELECT hour, source, channel, kind, outcome, cause, attempts FROM insight_hour;
CREATE VIEW insight.menu_by_hour AS
 SELECT hour, source, channel, version AS catalogue_version, menu, node, sessions, visits, done, person, left_here
 FROM insight_node;
CREATE VIEW insight.contacts_by_hour AS SELECT hour, source, channel, contacts FROM insight_contact;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_rollups")]
    operations = [migrations.RunSQL(_MAKE, "DROP SCHEMA insight CASCADE")]
