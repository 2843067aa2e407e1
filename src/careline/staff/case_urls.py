"""The addresses of cases and refunds, below /staff/."""

from django.urls import path

from careline.staff.views import (
    cases,
    cases_accept,
    cases_customer,
    cases_deeds,
    cases_departments,
    cases_evidence,
    cases_faults,
    cases_page,
    cases_reports,
    refunds,
    refunds_register,
)

urlpatterns = [
    path("cases/", cases.inbox, name="cases"),
    path("cases/search", cases.search, name="case-search"),
    path("cases/new", cases_accept.accept, name="case-new"),
    path("cases/departments", cases_departments.tasks, name="case-tasks"),
    path("cases/departments/<int:task>", cases_departments.answer, name="case-answer-task"),
    path("cases/faults", cases_faults.faults, name="case-faults"),
    path("cases/faults/<int:fault>", cases_faults.fault, name="case-fault"),
    path("cases/faults/<int:fault>/<slug:deed>", cases_faults.do, name="case-fault-do"),
    path("cases/reports", cases_reports.shown, name="case-reports"),
    path("cases/reports/submit", cases_reports.submit, name="case-submit"),
    path("cases/reports/items/<int:item>", cases_reports.improve, name="case-improve"),
    path("cases/<str:docket>", cases_page.case, name="case"),
    path("cases/<str:docket>/look", cases_customer.look, name="case-look"),
    path("cases/<str:docket>/presence", cases_deeds.being_here, name="case-presence"),
    path("cases/<str:docket>/draft", cases_deeds.draft, name="case-draft"),
    path("cases/<str:docket>/offers/<int:offer>", cases_deeds.offer, name="case-offer"),
    path("cases/<str:docket>/tasks/<int:task>/urge", cases_deeds.urge_task, name="case-urge-task"),
    path("cases/<str:docket>/do/<slug:deed>", cases_deeds.do, name="case-do"),
    path("cases/<str:docket>/evidence", cases_evidence.pack, name="case-evidence"),
    path("cases/<str:docket>/bill", refunds.bill, name="case-bill"),
    path("cases/<str:docket>/dispute", refunds.dispute, name="refund-dispute"),
    path("cases/<str:docket>/waive", refunds_register.waive, name="refund-waive"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/register", refunds_register.shown, name="refund-register"),
    path("refunds/register.csv", refunds_register.as_csv, name="refund-csv"),
    path("refunds/waivers/<int:waiver>", refunds_register.answer, name="refund-waiver"),
    path("refunds/<int:refund>", refunds.refund, name="refund"),
    path("refunds/<int:refund>/<slug:deed>", refunds.do, name="refund-do"),
]
