from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0004_lines_are_given_up")]

    operations = [
        migrations.AddField("usage", "told", models.SmallIntegerField(db_default=0, default=0)),
        # What was used before anybody could be told is no news.
        migrations.RunSQL(
            "UPDATE sandbox_usage SET told = CASE WHEN used >= total THEN 100 ELSE 80 END"
            " WHERE total > 0 AND used::bigint * 5 >= total::bigint * 4",
            migrations.RunSQL.noop,
        ),
        # What is swept: of a million allowances those few that are nearly used up.
        migrations.RunSQL(
            "CREATE INDEX sandbox_usage_due ON sandbox_usage (month)"
            " WHERE total > 0 AND used::bigint * 5 >= total::bigint * 4 AND told < 100",
            "DROP INDEX sandbox_usage_due",
        ),
    ]
