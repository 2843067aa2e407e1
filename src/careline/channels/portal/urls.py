"""The addresses of the customers' pages."""

from django.urls import path

from careline.channels.portal import case, entering, telling

urlpatterns = [
    path("complain", entering.number, name="portal-number"),
    path("complain/code", entering.code, name="portal-code"),
    path("complain/tell", telling.tell, name="portal-tell"),
    path("complain/leave", entering.leave, name="portal-leave"),
    path("complain/language", entering.speak, name="portal-speak"),
    path("c/<str:given>", case.page, name="portal-case"),
    path("c/<str:given>/add", case.add, name="portal-add"),
    path("c/<str:given>/urge", case.urge, name="portal-urge"),
    path("c/<str:given>/satisfied", case.satisfied, name="portal-satisfied"),
    path("c/<str:given>/unsatisfied", case.unsatisfied, name="portal-unsatisfied"),
    path("c/<str:given>/rate", case.rate, name="portal-rate"),
    path("c/<str:given>/reopen", case.reopen, name="portal-reopen"),
]
