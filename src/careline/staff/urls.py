"""The addresses of the staff's pages, all below /staff/."""

from django.urls import path

from careline.staff.views import browsing, calls, desk, editing, home, menus, signing, versions, watching

app_name = "staff"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("language", signing.language, name="language"),
    path("catalogue/", browsing.entrance, name="catalogue"),
    path("catalogue/<int:number>/services", browsing.services, name="services"),
    path("catalogue/<int:number>/services/<str:service>/preview", editing.preview, name="preview"),
    path("catalogue/<int:number>/tables", browsing.tables, name="tables"),
    path("catalogue/<int:number>/tables/<str:table>", browsing.table, name="table"),
    path("catalogue/<int:number>/menus", menus.menus, name="menus"),
    path("catalogue/<int:number>/menus/<str:menu>", menus.menu, name="menu"),
    path("catalogue/<int:number>/menus/<str:menu>/<str:node>", menus.node, name="node"),
    path("catalogue/<int:number>/errors", menus.errors, name="errors"),
    path("catalogue/<int:number>/channels", menus.channels, name="channels"),
    path("catalogue/<int:number>/words", browsing.words, name="words"),
    path("catalogue/<int:number>/settings", browsing.settings, name="settings"),
    path("catalogue/<int:number>/add/<slug:kind>", editing.add, name="add"),
    path("catalogue/<int:number>/remove/<slug:kind>/<path:key>", editing.remove, name="remove"),
    path("catalogue/<int:number>/item/<slug:kind>/<path:key>", editing.item, name="item"),
    path("catalogue/<int:number>/lint", versions.lint, name="lint"),
    path("catalogue/<int:number>/diff", versions.diff, name="diff"),
    path("versions/", versions.versions, name="versions"),
    path("versions/draft", versions.draft, name="draft"),
    path("versions/<int:number>", versions.version, name="version"),
    path("versions/<int:number>/<slug:deed>", versions.do, name="do"),
    path("calls", calls.calls, name="calls"),
    path("desk/", desk.desk, name="desk"),
    path("desk/contacts", desk.contacts, name="contacts"),
    path("desk/contacts/<uuid:contact>/number", desk.number, name="number"),
    path("desk/seats/<int:seat>", desk.seat, name="seat"),
    path("desk/screened", desk.screened, name="screened"),
    path("desk/screened/<int:screened>/<slug:deed>", desk.screen, name="screen"),
    path("journal", watching.journal, name="journal"),
    path("explain/", watching.messages_of, name="messages"),
    path("explain/<str:turn>", watching.explain, name="explain"),
]
