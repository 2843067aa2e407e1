"""The archive can be searched in Chinese and in English, and broken promises are found at once."""

from django.db import migrations

# Pairs of neighbouring characters, folded: Chinese has no spaces and most of its words are two characters, which
# trigrams do not index; and pairs need no extension of the server.
MAKE = """
CREATE FUNCTION case_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.lower(normalize(said, NFKC)), '\\s+', ' ', 'g'))
$$;
CREATE FUNCTION case_pairs(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT coalesce(array_agg(DISTINCT one || two), '{}')
    FROM (
        SELECT sign AS one, lead(sign) OVER (ORDER BY place) AS two
        FROM unnest(string_to_array(
            pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.lower(normalize(said, NFKC)), '\\s+', ' ', 'g')), NULL
        )) WITH ORDINALITY AS signs (sign, place)
    ) AS pairs
    WHERE two IS NOT NULL AND one <> ' ' AND two <> ' '
$$;
CREATE INDEX case_archive_pairs ON case_case
    USING gin (case_pairs(docket || E'\\n' || words || E'\\n' || summary || E'\\n' || reply))
    WHERE archived_at IS NOT NULL;
CREATE INDEX case_archive_latest ON case_case (archived_at DESC, id DESC) WHERE archived_at IS NOT NULL;
CREATE INDEX case_promise_broken ON case_promise (case_id)
    WHERE broken_at IS NOT NULL AND kept_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX case_of_fault ON case_case (fault_id, id) WHERE fault_id IS NOT NULL;
"""
UNMAKE = """
DROP INDEX case_of_fault;
DROP INDEX case_promise_broken;
DROP INDEX case_archive_latest;
DROP INDEX case_archive_pairs;
DROP FUNCTION case_pairs(text);
DROP FUNCTION case_folded(text);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_matters_and_silence")]
    operations = [migrations.RunSQL(MAKE, UNMAKE)]
