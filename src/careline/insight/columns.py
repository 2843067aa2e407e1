"""Columns that several tables of rollups share."""

from django.db import models


class Kinds(models.Model):
    """What attempts are counted by."""

    source = models.CharField(max_length=32)  # "hall" is our own; everything else was imported or invented
    channel = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    cause = models.CharField(max_length=32)

    class Meta:
        abstract = True


class Visits(models.Model):
    """How sessions used a place of a menu; the row of node "" counts sessions, that of "*" those that chose an action."""

    source = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    version = models.IntegerField()
    menu = models.CharField(max_length=64)
    node = models.CharField(max_length=96)
    sessions = models.BigIntegerField()  # that came by
    visits = models.BigIntegerField()
    done = models.BigIntegerField()  # of these sessions: something was done by the machine
    person = models.BigIntegerField()  # of these sessions: a person was asked for
    left_here = models.BigIntegerField()  # sessions that ended at this node with neither

    class Meta:
        abstract = True
