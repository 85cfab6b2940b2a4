"""Addresses of the whole site."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from plans.statuses.views.sign_in import SignIn
from tracker.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    # Signing out twice is harmless; being sent to sign in so as to sign out is not sensible.
    path("sign-out/", login_not_required(auth_views.LogoutView.as_view()), name="sign_out"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("plans.urls")),
]

handler404 = "plans.catalogue.views.not_found"
