from django.db import migrations


class Migration(migrations.Migration):
    """Nodes are counted by the rollups, from journeys; nobody read this count."""

    dependencies = [("ledger", "0005_returns")]

    operations = [migrations.DeleteModel(name="NodeTally")]
