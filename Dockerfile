# The bot with the Postgres driver, as a user without rights. docs/operations.md, "In containers".
FROM python:3.11-slim AS build
WORKDIR /opt/matbot
COPY requirements/postgres.txt requirements/
RUN python -m venv /opt/venv
RUN /opt/venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --no-input --require-hashes --only-binary=:all: -r requirements/postgres.txt
COPY bot bot
COPY commands commands
COPY mat mat
COPY messages messages
COPY migrations migrations
COPY scheduler scheduler
COPY store store
RUN chmod -R a+rX . && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin matbot
RUN install -d -m 0700 -o 10001 -g 10001 /var/lib/matbot /var/lib/matbot-keys
COPY --from=build /opt /opt
WORKDIR /opt/matbot
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    MAT_DATA_DIR=/var/lib/matbot \
    MAT_KEY_DIR=/var/lib/matbot-keys
USER 10001
VOLUME ["/var/lib/matbot", "/var/lib/matbot-keys"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('MAT_PORT') or 8025}/healthz\", timeout=4)"]
# What people wrote must not reach the disk by other ways than the stores: files for this user alone, and no core dumps.
ENTRYPOINT ["sh", "-c", "umask 077 && ulimit -c 0 && exec python -m bot \"$@\"", "matbot"]
CMD ["run"]
