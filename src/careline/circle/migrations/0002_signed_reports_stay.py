"""A signed report is never changed or removed."""

from django.db import migrations

FORBID = """
CREATE FUNCTION circle_report_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a signed report is never changed or removed'; END $$;
CREATE TRIGGER circle_report_stays BEFORE UPDATE OR DELETE ON circle_report
FOR EACH ROW EXECUTE FUNCTION circle_report_stays();
"""
ALLOW = """
DROP TRIGGER circle_report_stays ON circle_report;
DROP FUNCTION circle_report_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("circle", "0001_circle")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
