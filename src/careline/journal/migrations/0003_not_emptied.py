from django.db import migrations

# TRUNCATE passes by the triggers of rows. Tests, which empty every table after themselves, say so on their connections.
FORWARD = """
create function journal_is_not_emptied() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('careline.emptying', true), '') <> 'on' then
        raise exception 'the journal is append-only' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger journal_is_not_emptied before truncate on journal_entry
    for each statement execute function journal_is_not_emptied();
"""
BACKWARD = """
drop trigger journal_is_not_emptied on journal_entry;
drop function journal_is_not_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
