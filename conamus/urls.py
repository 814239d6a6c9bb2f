"""Every address: the sign-in, machines' questions, and one line per application."""

from django.urls import include, path

from conamus import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("compte/", include("allauth.urls")),
    path("", include("federations.urls")),
    path("", include("membership.urls")),
    path("", include("prudential.urls")),
    path("", include("conamus.portal.urls")),
]

handler400 = "conamus.pages.errors.bad_request"
handler403 = "conamus.pages.errors.forbidden"
handler404 = "conamus.pages.errors.not_found"
handler500 = "conamus.pages.errors.server_error"
