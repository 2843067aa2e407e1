"""What is archived and not closed yet is found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_search")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "archived")), fields=["archived_at"], name="case_to_close"
            ),
        ),
    ]
