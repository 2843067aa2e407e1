from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_find_by_time")]

    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("reference", models.UUIDField(primary_key=True, serialize=False)),
                ("charge", models.CharField(max_length=64)),
                ("room", models.CharField(max_length=16)),
                ("fen", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_return",
                "indexes": [models.Index(fields=["charge"], name="ledger_return_of")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="ledger_return_positive")
                ],
            },
        ),
    ]
