import django.db.models.deletion
from django.db import migrations, models

STATES = ("wanted", "reserved", "confirmed", "active", "refused", "dropping", "dropped")


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_fair_sweeps")]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("state", models.CharField(default="wanted", max_length=12)),
                ("iccid", models.CharField(default="", max_length=20)),
                ("served", models.CharField(default="", max_length=15)),
                ("credit_fen", models.IntegerField(default=0)),
                ("reserving", models.CharField(max_length=40)),
                ("activating", models.CharField(max_length=40)),
                ("dropping", models.CharField(max_length=40)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_at_door", models.CharField(default="", max_length=16)),
                ("confirmed_by", models.CharField(default="", max_length=40)),
                ("active_at", models.DateTimeField(null=True)),
                ("cause", models.CharField(default="", max_length=32)),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="card", to="orders.line"
                    ),
                ),
            ],
            options={
                "db_table": "order_card",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="order_card_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", STATES)), name="order_card_states")
                ],
            },
        ),
    ]
