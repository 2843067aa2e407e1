from django.db import migrations

# What was done stays written: not even our own code can change or remove an entry.
FORWARD = """
create function journal_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;
create trigger journal_stays before update or delete on journal_entry
    for each row execute function journal_stays();
"""
BACKWARD = """
drop trigger journal_stays on journal_entry;
drop function journal_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
