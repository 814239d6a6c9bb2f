"""Addresses of reminders by text message."""

from django.urls import URLPattern, path

from membership.views import reminders as views

urlpatterns: list[URLPattern] = [
    path("cotisations/rappels/", views.ReminderList.as_view(), name="reminders"),
    path("cotisations/rappels/envoyer/", views.ReminderSend.as_view(), name="reminder_send"),
    path("cotisations/rappels/renvoyer/", views.ReminderRetry.as_view(), name="reminder_retry"),
]
