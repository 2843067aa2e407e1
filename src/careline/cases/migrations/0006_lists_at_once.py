"""Lists and counts of open cases are read from indexes; two indexes that others cover already are dropped."""

import django.db.models.deletion
from django.db import migrations, models

OPEN = ["accepted", "analysing", "confirming", "on_site", "plan", "recorded", "replied", "support"]
ENDINGS = ("archived", "filed", "rated", "reopened", "satisfied", "unsatisfied")


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_to_close")]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_open"),
        migrations.RemoveIndex(model_name="case", name="case_mine"),
        migrations.AlterField(
            model_name="event",
            name="case",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="cases.case"
            ),
        ),
        migrations.AlterField(
            model_name="promise",
            name="case",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", OPEN)),
                fields=["owner", "next_at"],
                include=("id", "priority", "level", "severity"),
                name="case_board",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("did__in", ENDINGS)), fields=["at"], include=("did",), name="case_event_end"
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(
                    ("cancelled_at", None),
                    ("kept_at", None),
                    models.Q(("broken_at__isnull", False), ("warned_at__isnull", False), _connector="OR"),
                ),
                fields=["case"],
                name="case_promise_risky",
            ),
        ),
    ]
