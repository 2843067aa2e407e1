"""The history of an order is written once: the database itself refuses to change or remove it."""

from django.db import migrations

FORBID = """
CREATE FUNCTION order_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an order is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER order_event_stays BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION order_history_stays();
"""
ALLOW = """
DROP TRIGGER order_event_stays ON order_event;
DROP FUNCTION order_history_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_orders")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
