"""The application that gunicorn serves; Celery is loaded with it, so that tasks can be sent."""

import os

from django.core.wsgi import get_wsgi_application

from conamus import celery, warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
application = get_wsgi_application()
warm_up.make_ready()
celery_app = celery.app
