from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("probes", "0004_newest"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="judged",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="newest",
            name="judged",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RemoveConstraint(
            model_name="run",
            name="probes_run_cause",
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", ""), ("judged", True), ("passed", True)),
                    models.Q(("cause", ""), ("judged", False), ("passed", False)),
                    models.Q(("judged", True), ("passed", False), models.Q(("cause", ""), _negated=True)),
                    _connector="OR",
                ),
                name="probes_run_cause",
            ),
        ),
    ]
