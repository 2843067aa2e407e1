from django.db import migrations

# The issue log and the work log are evidence: what was written stays written.
TABLES = ("prompts_step", "prompts_work", "prompts_recording")
FORWARD = """
create function prompts_stays() returns trigger language plpgsql as $$
begin
    raise exception 'this log is append-only' using errcode = 'restrict_violation';
end $$;
create function prompts_is_not_emptied() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('careline.emptying', true), '') <> 'on' then
        raise exception 'this log is append-only' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
""" + "".join(
    f"""
create trigger {table}_stays before update or delete on {table} for each row execute function prompts_stays();
create trigger {table}_is_not_emptied before truncate on {table} for each statement execute function prompts_is_not_emptied();
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"drop trigger {table}_stays on {table}; drop trigger {table}_is_not_emptied on {table};" for table in TABLES
) + "drop function prompts_stays(); drop function prompts_is_not_emptied();"


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
