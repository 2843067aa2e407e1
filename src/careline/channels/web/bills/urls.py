"""The addresses of this part of the web hall."""

from django.urls import path

from careline.channels.web.bills import charge, dispute, months

urlpatterns = [
    path("bills", months.overview, name="web-bills"),
    path("bills/<str:month>", months.one, name="web-bill"),
    path("bills/<str:month>/table.csv", months.table, name="web-bill-csv"),
    path("bills/<str:month>/<str:item>", charge.page, name="web-charge"),
    path("bills/<str:month>/<str:item>/dispute", dispute.page, name="web-dispute"),
]
