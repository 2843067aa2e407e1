from django.db import migrations, models


class Migration(migrations.Migration):
    """Starts take turns: what waits already keeps its order."""

    dependencies = [("probes", "0005_judged")]

    operations = [
        migrations.AddField(
            model_name="due",
            name="turn",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveIndex(model_name="due", name="probes_due_at"),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(fields=["vantage", "turn", "id"], name="probes_due_turn"),
        ),
    ]
