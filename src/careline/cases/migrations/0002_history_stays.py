"""The history of a case is written once: the database itself refuses to change or remove it."""

from django.db import migrations

FORBID = """
CREATE FUNCTION case_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a case is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER case_event_stays BEFORE UPDATE OR DELETE ON case_event
    FOR EACH ROW EXECUTE FUNCTION case_history_stays();
CREATE SEQUENCE case_docket_number;
"""
ALLOW = """
DROP SEQUENCE case_docket_number;
DROP TRIGGER case_event_stays ON case_event;
DROP FUNCTION case_history_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
