"""The addresses of the daily duties, below /staff/."""

from django.urls import path

from careline.staff.views import (
    upkeep,
    upkeep_diary,
    upkeep_health,
    upkeep_machines,
    upkeep_notices,
    upkeep_policy,
    upkeep_quiz,
    upkeep_rounds,
    upkeep_sheet,
)

urlpatterns = [
    path("upkeep/", upkeep.today, name="upkeep"),
    path("upkeep/sign", upkeep.sign, name="upkeep-sign"),
    path("upkeep/process", upkeep.process, name="upkeep-process"),
    path("upkeep/diary", upkeep_diary.month, name="upkeep-diary"),
    path("upkeep/diary.csv", upkeep_diary.as_csv, name="upkeep-diary-csv"),
    path("upkeep/diary/<str:written>", upkeep_diary.day, name="upkeep-day"),
    path("upkeep/machines", upkeep_machines.register, name="upkeep-machines"),
    path("upkeep/machines.csv", upkeep_machines.as_csv, name="upkeep-machines-csv"),
    path("upkeep/machines/take", upkeep_machines.take, name="upkeep-machines-take"),
    path("upkeep/machines/<int:number>", upkeep_machines.machine, name="upkeep-machine"),
    path("upkeep/health", upkeep_health.health, name="upkeep-health"),
    path("upkeep/health/forget", upkeep_health.forget, name="upkeep-forget"),
    path("upkeep/rounds", upkeep_rounds.log, name="upkeep-rounds"),
    path("upkeep/rounds.csv", upkeep_rounds.as_csv, name="upkeep-rounds-csv"),
    path("upkeep/rounds/new", upkeep_rounds.make, name="upkeep-round-new"),
    path("upkeep/rounds/explain", upkeep_rounds.explain, name="upkeep-round-explain"),
    path("upkeep/rounds/<int:number>", upkeep_rounds.round, name="upkeep-round"),
    path("upkeep/notices", upkeep_notices.clock, name="upkeep-notices"),
    path("upkeep/notices.csv", upkeep_notices.as_csv, name="upkeep-notices-csv"),
    path("upkeep/policy", upkeep_policy.policy, name="upkeep-policy"),
    path("upkeep/policy/<slug:deed>", upkeep_policy.do, name="upkeep-policy-do"),
    path("upkeep/quiz", upkeep_quiz.quiz, name="upkeep-quiz"),
    path("upkeep/sheet", upkeep_sheet.sheet, name="upkeep-sheet"),
    path("upkeep/sheet.pdf", upkeep_sheet.as_pdf, name="upkeep-sheet-pdf"),
]
