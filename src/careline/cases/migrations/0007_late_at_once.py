"""What was late lately is found at once: the alarms beside every list of cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_lists_at_once")]
    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("did", "late")), fields=["at"], name="case_event_late"),
        ),
    ]
