# The application's image: one for web, worker, beat, migrations and backups.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/conamus
# The image is read-only where it runs: fonts are cached in the temporary folder.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp/cache

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 --home-dir /srv/conamus conamus \
    && mkdir -p var/backups var/uploads && chown conamus var/backups var/uploads \
    && DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
       SECRET_KEY=build FIELD_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
       python manage.py collectstatic --noinput --verbosity=0

USER conamus
EXPOSE 8000
CMD ["gunicorn", "conamus.wsgi", "--config=python:conamus.web_server", \
     "--bind=0.0.0.0:8000", "--workers=3", "--worker-tmp-dir=/dev/shm", \
     "--max-requests=5000", "--max-requests-jitter=500"]
