from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_refunds")]

    operations = [
        migrations.AddField("refund", "reference", models.CharField(default="", max_length=64)),
        migrations.AddField("refund", "given_back", models.BigIntegerField(default=0)),
        migrations.AddField("waiver", "reference", models.CharField(default="", max_length=64)),
    ]
