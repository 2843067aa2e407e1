from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_sandbox_courier")]

    operations = [
        migrations.AddField("order", "due_tries", models.SmallIntegerField(default=0)),
        migrations.AddField("line", "wish_due_at", models.DateTimeField(null=True)),
        migrations.AddField("line", "wish_tries", models.SmallIntegerField(default=0)),
        migrations.RunSQL(
            "UPDATE order_line SET wish_due_at = now() WHERE wish_state = 'due'", migrations.RunSQL.noop
        ),
        migrations.RemoveIndex("line", "order_wish_due"),
        migrations.AddIndex(
            "line",
            models.Index(
                condition=models.Q(("wish_state", "due")), fields=["wish_due_at"], name="order_wish_due"
            ),
        ),
    ]
