"""Addresses of what people write and trace: registers, people, jobs, closed months, history."""

from django.urls import URLPattern, path

from federations.views import (
    activities,
    deliveries,
    expenses,
    history,
    invitation,
    jobs,
    people,
    periods,
    take_on,
)

_ACTIVITIES: list[URLPattern] = [
    path("activites/", activities.ActivityList.as_view(), name="activities"),
    path("activites/inscrire/", activities.ActivityAdd.as_view(), name="activity_add"),
    path(
        "activites/<int:activity_id>/",
        activities.ActivityDetail.as_view(),
        name="activity_detail",
    ),
    path(
        "activites/<int:activity_id>/modifier/",
        activities.ActivityEdit.as_view(),
        name="activity_edit",
    ),
    path(
        "activites/<int:activity_id>/supprimer/",
        activities.ActivityRemove.as_view(),
        name="activity_remove",
    ),
]

_EXPENSES: list[URLPattern] = [
    path("depenses/", expenses.ExpenseList.as_view(), name="expenses"),
    path("depenses/inscrire/", expenses.ExpenseAdd.as_view(), name="expense_add"),
    path("depenses/<int:expense_id>/", expenses.ExpenseDetail.as_view(), name="expense_detail"),
    path(
        "depenses/<int:expense_id>/modifier/", expenses.ExpenseEdit.as_view(), name="expense_edit"
    ),
    path(
        "depenses/<int:expense_id>/supprimer/",
        expenses.ExpenseRemove.as_view(),
        name="expense_remove",
    ),
]

_PERSON = "personnes/<int:user_id>/"
_ROLE = "roles-attribues/<int:assignment_id>/"
_PEOPLE: list[URLPattern] = [
    path(
        "invitation/<str:token>/", invitation.InvitationAccept.as_view(), name="invitation_accept"
    ),
    path("personnes/", people.PeopleList.as_view(), name="people"),
    path("personnes/inviter/", people.PersonInvite.as_view(), name="person_invite"),
    path(_PERSON, people.PersonDetail.as_view(), name="person_detail"),
    path(_PERSON + "modifier/", people.PersonEdit.as_view(), name="person_edit"),
    path(_PERSON + "role/", people.RoleGive.as_view(), name="person_role_give"),
    path(_PERSON + "relancer/", people.PersonReinvite.as_view(), name="person_reinvite"),
    path(_PERSON + "desactiver/", people.PersonDeactivate.as_view(), name="person_deactivate"),
    path(_PERSON + "reactiver/", people.PersonReactivate.as_view(), name="person_reactivate"),
    path(_PERSON + "sessions/fermer/", people.PersonSignOut.as_view(), name="person_sign_out"),
    path(
        _PERSON + "second-facteur/",
        people.PersonSecondFactorReset.as_view(),
        name="person_second_factor",
    ),
    path(_ROLE + "changer/", people.RoleChange.as_view(), name="person_role_change"),
    path(_ROLE + "retirer/", people.RoleClose.as_view(), name="person_role_close"),
]

_JOBS: list[URLPattern] = [
    path("taches/", jobs.JobList.as_view(), name="jobs"),
    path("taches/<uuid:job_id>/", jobs.JobDetail.as_view(), name="job_detail"),
    path("taches/<uuid:job_id>/relancer/", jobs.JobRetry.as_view(), name="job_retry"),
    path("fichiers/", deliveries.DeliveryList.as_view(), name="deliveries"),
    path("fichiers/<uuid:job_id>/", deliveries.DeliveryFile.as_view(), name="delivery"),
]

_PERIODS: list[URLPattern] = [
    path("mois-fermes/", periods.PeriodsPage.as_view(), name="periods"),
    path("mois-fermes/fermer/", periods.PeriodLockPage.as_view(), name="period_lock"),
    path(
        "mois-fermes/<int:lock_id>/rouvrir/", periods.PeriodLiftPage.as_view(), name="period_lift"
    ),
]

_HISTORY: list[URLPattern] = [
    path("historique/", history.HistoryList.as_view(), name="history"),
    path("historique/<int:event_id>/", history.HistoryDetail.as_view(), name="history_detail"),
    path("tentatives-refusees/", history.RefusalList.as_view(), name="refusals"),
]

_START = "donnees-de-depart/"
_FILE = _START + "<slug:kind>/<int:trial_id>/"
_TAKE_ON: list[URLPattern] = [
    path(_START, take_on.TakeOnPage.as_view(), name="take_on"),
    path(_START + "refus/<int:file_id>/", take_on.TakeOnRefused.as_view(), name="take_on_refused"),
    path(_START + "<slug:kind>/", take_on.TakeOnUpload.as_view(), name="take_on_upload"),
    path(
        _START + "<slug:kind>/modele.xlsx",
        take_on.TakeOnTemplate.as_view(),
        name="take_on_template",
    ),
    path(_FILE, take_on.TakeOnPreview.as_view(), name="take_on_preview"),
    path(_FILE + "refus.csv", take_on.TakeOnErrors.as_view(), name="take_on_errors"),
]

urlpatterns: list[URLPattern] = [
    *_ACTIVITIES,
    *_EXPENSES,
    *_PEOPLE,
    *_JOBS,
    *_PERIODS,
    *_HISTORY,
    *_TAKE_ON,
]
