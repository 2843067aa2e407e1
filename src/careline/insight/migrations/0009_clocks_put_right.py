"""What a mark must know to notice that the clock had run ahead and was put right."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0008_days_without_failures")]
    operations = [
        migrations.AddField("mark", "seen_at", models.DateTimeField(null=True)),
        migrations.AddField("mark", "before_leap", models.DateTimeField(null=True)),
        migrations.AddField("mark", "put_back_at", models.DateTimeField(null=True)),
        migrations.AddField("mark", "put_back_from", models.DateTimeField(null=True)),
    ]
