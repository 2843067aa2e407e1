"""Owners are told of what others opened on their lines: when they were, and an index of whom it is still owed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sandbox', '0002_storage'),
    ]

    operations = [
        migrations.AddField(
            model_name='holding',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(condition=models.Q(('told_at__isnull', True), models.Q(('by', 'subscriber'), _negated=True)), fields=['since'], name='sandbox_opened_by_others'),
        ),
    ]
