"""What happens to a case is noted by the database in the transaction of the deed: its statuses, and events to be told.

A cursor over ids would miss what is committed out of order; rows that appear with the deed itself cannot be missed.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION tmf_status_of(c case_case) RETURNS text LANGUAGE sql STABLE AS $$
SELECT CASE
  WHEN c.state IN ('accepted', 'analysing', 'recorded', 'support', 'plan') AND EXISTS (
    SELECT FROM case_promise p WHERE p.case_id = c.id AND p.paused_at IS NOT NULL
      AND p.kept_at IS NULL AND p.cancelled_at IS NULL) THEN 'pending'
  WHEN c.state = 'confirming' AND c.satisfied THEN 'closed'
  WHEN c.state = 'accepted' THEN 'acknowledged'
  WHEN c.state IN ('analysing', 'on_site', 'recorded', 'plan') THEN 'inProgress'
  WHEN c.state = 'support' THEN 'held'
  WHEN c.state IN ('replied', 'confirming') THEN 'resolved'
  ELSE 'closed' END
$$;

CREATE FUNCTION tmf_happened(docket text, what text, status text) RETURNS void LANGUAGE sql AS $$
INSERT INTO tmf_happening (api, resource, what, status, at)
SELECT 'troubleTicket', docket, what, status, clock_timestamp()
WHERE EXISTS (SELECT FROM tmf_subscription WHERE api = 'troubleTicket' AND ended_at IS NULL)
$$;

-- The status as it is now, if it is another than the last one.
CREATE FUNCTION tmf_keep_status(c case_case) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  last text := (SELECT s.status FROM tmf_status s WHERE s.case_id = c.id ORDER BY s.id DESC LIMIT 1);
  now_is text := tmf_status_of(c);
BEGIN
  IF last IS NOT DISTINCT FROM now_is THEN
    RETURN false;
  END IF;
  INSERT INTO tmf_status (case_id, at, status) VALUES (c.id, greatest(now(), c.opened_at), now_is);
  PERFORM tmf_happened(c.docket, CASE WHEN last IS NULL THEN 'created' ELSE 'status' END, now_is);
  RETURN true;
END $$;

CREATE FUNCTION tmf_case_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT tmf_keep_status(NEW) AND TG_OP = 'UPDATE' THEN
    PERFORM tmf_happened(NEW.docket, 'changed', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tmf_case_opened AFTER INSERT ON case_case FOR EACH ROW EXECUTE FUNCTION tmf_case_written();
CREATE TRIGGER tmf_case_changed AFTER UPDATE ON case_case FOR EACH ROW
  WHEN ((OLD.state, OLD.satisfied, OLD.severity, OLD.category, OLD.priority)
    IS DISTINCT FROM (NEW.state, NEW.satisfied, NEW.severity, NEW.category, NEW.priority))
  EXECUTE FUNCTION tmf_case_written();

CREATE FUNCTION tmf_promise_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tmf_keep_status(c) FROM case_case c WHERE c.id = NEW.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tmf_promise_paused AFTER UPDATE ON case_promise FOR EACH ROW
  WHEN (OLD.paused_at IS DISTINCT FROM NEW.paused_at OR (NEW.paused_at IS NOT NULL
    AND (OLD.kept_at, OLD.cancelled_at) IS DISTINCT FROM (NEW.kept_at, NEW.cancelled_at)))
  EXECUTE FUNCTION tmf_promise_written();

CREATE FUNCTION tmf_event_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tmf_happened(c.docket, 'changed', '') FROM case_case c WHERE c.id = NEW.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tmf_event_told AFTER INSERT ON case_event FOR EACH ROW
  WHEN (NEW.public AND NEW.words <> '' AND NEW.did <> 'accepted')
  EXECUTE FUNCTION tmf_event_written();

INSERT INTO tmf_status (case_id, at, status) SELECT c.id, c.opened_at, tmf_status_of(c) FROM case_case c;
"""
DROP = """
DROP TRIGGER tmf_event_told ON case_event;
DROP TRIGGER tmf_promise_paused ON case_promise;
DROP TRIGGER tmf_case_changed ON case_case;
DROP TRIGGER tmf_case_opened ON case_case;
DROP FUNCTION tmf_event_written();
DROP FUNCTION tmf_promise_written();
DROP FUNCTION tmf_case_written();
DROP FUNCTION tmf_keep_status(case_case);
DROP FUNCTION tmf_happened(text, text, text);
DROP FUNCTION tmf_status_of(case_case);
"""


class Migration(migrations.Migration):
    dependencies = [("tmf", "0001_documents"), ("cases", "0002_history_stays")]
    operations = [migrations.RunSQL(MAKE, DROP)]
