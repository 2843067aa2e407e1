from django.db import migrations

# What was published is what customers were told and charged by: it can be looked up unchanged for ever.
FORWARD = """
create function catalogue_item_stays() returns trigger language plpgsql as $$
declare
    held text;
begin
    select state into held from catalogue_version
        where id = case when tg_op = 'DELETE' then old.version_id else new.version_id end;
    if held is distinct from 'draft' or (tg_op = 'UPDATE' and old.version_id <> new.version_id) then
        raise exception 'items of a catalogue version can change only while it is a draft (it is %)', held
            using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger catalogue_item_stays before insert or update or delete on catalogue_item
    for each row execute function catalogue_item_stays();

create function catalogue_version_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'versions of the catalogue are kept' using errcode = 'restrict_violation';
    end if;
    if old.state in ('published', 'retired', 'discarded') and (
        (to_jsonb(old) - 'state' - 'retired_at') <> (to_jsonb(new) - 'state' - 'retired_at')
        or (old.state, new.state) not in (('published', 'retired'), ('published', 'published'), ('retired', 'retired'),
                                          ('discarded', 'discarded'))
    ) then
        raise exception 'version % is %: it does not change any more', old.number, old.state
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger catalogue_version_stays before update or delete on catalogue_version
    for each row execute function catalogue_version_stays();
"""
BACKWARD = """
drop trigger catalogue_version_stays on catalogue_version;
drop function catalogue_version_stays();
drop trigger catalogue_item_stays on catalogue_item;
drop function catalogue_item_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
