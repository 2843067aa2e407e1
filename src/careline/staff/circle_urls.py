"""The addresses of the quality circle."""

from django.urls import path

from careline.staff.views import circle, circle_any, circle_files, circles

urlpatterns = [
    path("insight/circle", circles.circles, name="insight-circle"),
    path("insight/circle/found", circles.found, name="circle-found"),
    path("insight/circle/take-in", circles.take_in, name="circle-take-in"),
    path("insight/circle/example", circles.example, name="circle-example"),
    path("insight/circle/any", circle_any.story, name="circle-any"),
    path("insight/circle/any/file.<slug:kind>", circle_any.file, name="circle-any-file"),
    path("insight/circle/<int:number>", circle.circle, name="circle"),
    path("insight/circle/<int:number>/do/<slug:deed>", circle.do, name="circle-do"),
    path("insight/circle/<int:number>/file.<slug:kind>", circle_files.file, name="circle-file"),
    path("insight/circle/<int:number>/proof/<slug:cause>", circle_files.proof, name="circle-proof"),
]
