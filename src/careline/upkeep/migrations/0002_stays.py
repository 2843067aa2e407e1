from django.db import migrations

# What was signed, found, explained, answered and assessed is evidence: what was written stays written.
TABLES = (
    "upkeep_signed", "upkeep_explained", "upkeep_round", "upkeep_followed", "upkeep_rules", "upkeep_acknowledged",
    "upkeep_reviewed", "upkeep_quiz", "upkeep_assessment",
)  # fmt: skip
FORWARD = """
create function upkeep_stays() returns trigger language plpgsql as $$
begin
    raise exception 'this log is append-only' using errcode = 'restrict_violation';
end $$;
create function upkeep_is_not_emptied() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('careline.emptying', true), '') <> 'on' then
        raise exception 'this log is append-only' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
""" + "".join(
    f"""
create trigger {table}_stays before update or delete on {table} for each row execute function upkeep_stays();
create trigger {table}_is_not_emptied before truncate on {table} for each statement execute function upkeep_is_not_emptied();
"""
    for table in TABLES
)
BACKWARD = "".join(
    f"drop trigger {table}_stays on {table}; drop trigger {table}_is_not_emptied on {table};" for table in TABLES
) + "drop function upkeep_stays(); drop function upkeep_is_not_emptied();"


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0001_upkeep")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
