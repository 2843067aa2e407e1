"""A deletion that is done is looked at again for what could not go at once: found by when, not by whether it is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0012_calling_back_gates")]
    operations = [
        migrations.AddField("privacyrequest", "owed", models.JSONField(default=dict)),
        migrations.RemoveIndex("privacyrequest", "identity_privacy_due"),
        migrations.AddIndex(
            "privacyrequest",
            models.Index(condition=models.Q(due_at__isnull=False), fields=["due_at"], name="identity_privacy_due"),
        ),
    ]
