"""The addresses of sheets of the statistics, below /staff/insight."""

from django.urls import path

from careline.staff.views import insight_sheets

urlpatterns = [
    path("insight/acceptance", insight_sheets.acceptance, name="insight-acceptance"),
    path("insight/load", insight_sheets.load, name="insight-load"),
    path("insight/tables", insight_sheets.tables, name="insight-tables"),
    path("insight/service", insight_sheets.service, name="insight-service"),
    path("insight/service/remedy", insight_sheets.remedy, name="insight-remedy"),
]
