import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'db_table': 'upkeep_finding',
            },
        ),
        migrations.CreateModel(
            name='Rules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(unique=True)),
                ('title', models.CharField(max_length=200)),
                ('words', models.TextField(max_length=20000)),
                ('valid_from', models.DateField()),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'upkeep_rules',
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=120)),
                ('raised_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'upkeep_alarm',
                'indexes': [models.Index(fields=['-raised_at'], name='upkeep_alarm_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('kind', 'key'), name='upkeep_alarm_open')],
            },
        ),
        migrations.CreateModel(
            name='Beat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=80)),
                ('process', models.CharField(max_length=40)),
                ('pid', models.IntegerField()),
                ('begun_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.CharField(max_length=40)),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'upkeep_beat',
                'constraints': [models.UniqueConstraint(fields=('host', 'process', 'pid'), name='upkeep_beat_once')],
            },
        ),
        migrations.CreateModel(
            name='Explained',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=60)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(max_length=2000)),
            ],
            options={
                'db_table': 'upkeep_explained',
                'indexes': [models.Index(fields=['kind', 'key'], name='upkeep_explained_of')],
            },
        ),
        migrations.CreateModel(
            name='Followed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(max_length=2000)),
                ('closes', models.BooleanField(default=False)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='upkeep.finding')),
            ],
            options={
                'db_table': 'upkeep_followed',
            },
        ),
        migrations.CreateModel(
            name='Machine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('place', models.CharField(blank=True, max_length=80)),
                ('bought_on', models.DateField()),
                ('retired_on', models.DateField(blank=True, null=True)),
                ('host', models.CharField(blank=True, max_length=80)),
                ('notes', models.CharField(blank=True, max_length=2000)),
                ('changed_by', models.CharField(max_length=150)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'upkeep_machine',
                'constraints': [models.CheckConstraint(condition=models.Q(('retired_on', None), ('retired_on__gte', models.F('bought_on')), _connector='OR'), name='upkeep_machine_days')],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='machine',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='upkeep.machine'),
        ),
        migrations.CreateModel(
            name='Maintainer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=150)),
                ('part', models.CharField(max_length=12)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('named_by', models.CharField(max_length=150)),
                ('named_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'upkeep_maintainer',
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('who',), name='upkeep_maintainer_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='upkeep_maintainer_days')],
            },
        ),
        migrations.CreateModel(
            name='Noted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(max_length=20)),
                ('by', models.CharField(max_length=150)),
                ('count', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'upkeep_noted',
                'constraints': [models.UniqueConstraint(fields=('day', 'kind', 'by'), name='upkeep_noted_once')],
            },
        ),
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('answers', models.JSONField(default=dict)),
                ('right', models.SmallIntegerField()),
                ('of', models.SmallIntegerField()),
                ('passed', models.BooleanField()),
                ('wrong_steps', models.JSONField(default=list)),
            ],
            options={
                'db_table': 'upkeep_quiz',
                'indexes': [models.Index(fields=['who', '-at'], name='upkeep_quiz_of')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('slot', models.CharField(blank=True, max_length=60)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('checks', models.JSONField(default=dict)),
                ('found', models.CharField(default='nothing', max_length=12)),
                ('words', models.CharField(blank=True, max_length=2000)),
            ],
            options={
                'db_table': 'upkeep_round',
                'indexes': [models.Index(fields=['day'], name='upkeep_round_day')],
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='round',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='finding', to='upkeep.round'),
        ),
        migrations.CreateModel(
            name='Reviewed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('adequate', models.BooleanField()),
                ('words', models.CharField(max_length=2000)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('rules', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='upkeep.rules')),
            ],
            options={
                'db_table': 'upkeep_reviewed',
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=150)),
                ('month', models.CharField(max_length=7)),
                ('facts', models.JSONField(default=dict)),
                ('met', models.BooleanField()),
                ('words', models.CharField(blank=True, max_length=2000)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('rules', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='upkeep.rules')),
            ],
            options={
                'db_table': 'upkeep_assessment',
            },
        ),
        migrations.CreateModel(
            name='Acknowledged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('rules', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledged', to='upkeep.rules')),
            ],
            options={
                'db_table': 'upkeep_acknowledged',
            },
        ),
        migrations.CreateModel(
            name='Signed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('step', models.CharField(max_length=60)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(max_length=2000)),
            ],
            options={
                'db_table': 'upkeep_signed',
                'indexes': [models.Index(fields=['day'], name='upkeep_signed_day')],
            },
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['opened_at'], name='upkeep_finding_open'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['month', 'who', '-at'], name='upkeep_assessment_of'),
        ),
        migrations.AddConstraint(
            model_name='acknowledged',
            constraint=models.UniqueConstraint(fields=('rules', 'who'), name='upkeep_acknowledged_once'),
        ),
    ]
