from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0005_usage_is_told")]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                ("card", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("msisdn", models.CharField(max_length=15)),
                ("state", models.CharField(max_length=8)),
                ("reference", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "sandbox_card",
                "indexes": [models.Index(fields=["msisdn"], name="sandbox_cards_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "active", "void"])), name="sandbox_card_states"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("msisdn",), name="sandbox_one_card_lives"
                    ),
                ],
            },
        ),
        migrations.RunSQL("CREATE SEQUENCE sandbox_card_serial", "DROP SEQUENCE sandbox_card_serial"),
    ]
