"""The addresses of dial tests, below /staff/."""

from django.urls import path

from careline.staff.views import probes, probes_alarms, probes_deeds, probes_run, probes_timetables

urlpatterns = [
    path("probes/", probes.overview, name="probes"),
    path("probes/list", probes.listed, name="probes-list"),
    path("probes/of/<path:probe>", probes.one, name="probe"),
    path("probes/runs/<uuid:run>", probes_run.run, name="probe-run"),
    path("probes/runs/<uuid:run>/sound", probes_run.sound, name="probe-sound"),
    path("probes/runs/<uuid:run>/baseline", probes_run.baseline, name="probe-baseline"),
    path("probes/start", probes_deeds.start, name="probes-start"),
    path("probes/batches/<uuid:batch>", probes_deeds.batch, name="probe-batch"),
    path("probes/batches/<uuid:batch>/junit", probes_deeds.junit, name="probe-junit"),
    path("probes/timetables", probes_timetables.listed, name="probes-timetables"),
    path("probes/timetables/new", probes_timetables.new, name="probe-timetable-new"),
    path("probes/timetables/<slug:name>", probes_timetables.one, name="probe-timetable"),
    path("probes/timetables/<slug:name>/<slug:deed>", probes_timetables.do, name="probe-timetable-do"),
    path("probes/alarms", probes_alarms.listed, name="probes-alarms"),
    path("probes/alarms/<int:alarm>/acknowledge", probes_alarms.acknowledge, name="probe-acknowledge"),
]
