"""Django with django-fsm-2: `python -m bench.peers.with_django URL COUNT`, a transaction of the ORM an event."""

import sys
from datetime import UTC, datetime

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from bench.peers.timing import answer


def configured(url: str) -> None:
    told = conninfo_to_dict(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told["dbname"],
        "USER": told.get("user", ""),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", ""),
        "PORT": told.get("port", ""),
        "CONN_MAX_AGE": None,
    }
    settings.configure(DATABASES={"default": database}, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
    django.setup()


def main() -> None:
    configured(sys.argv[1])
    from django.db import connection, models, transaction
    from django_fsm import FSMField
    from django_fsm import transition as arc

    class Resource(models.Model):
        id = models.TextField(primary_key=True)
        state = FSMField(default="pending", protected=True)

        class Meta:
            app_label = "bench"

        @arc(field=state, source=["pending", "issued"], target="issued")
        def configure(self) -> None:
            """What the event does."""

    class Told(models.Model):
        source = models.TextField()
        event_id = models.TextField()
        subject = models.TextField()
        data = models.JSONField()

        class Meta:
            app_label = "bench"
            constraints = (models.UniqueConstraint(fields=["source", "event_id"], name="told_once"),)

    class History(models.Model):
        resource = models.ForeignKey(Resource, on_delete=models.PROTECT)
        event = models.TextField()
        from_state = models.TextField()
        to_state = models.TextField()
        recorded_at = models.DateTimeField()

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        for model in (Resource, Told, History):
            editor.create_model(model)
    Resource.objects.bulk_create([Resource(id=f"r-{number}") for number in range(int(sys.argv[2]))])

    def run(ids: list[str]) -> None:
        for one in ids:
            with transaction.atomic():
                Told.objects.create(source="/bench", event_id=one, subject=one, data={})
                resource = Resource.objects.select_for_update().get(pk=one)
                before = resource.state
                resource.configure()
                resource.save()
                History.objects.create(
                    resource=resource, event="configured", from_state=before, to_state=resource.state,
                    recorded_at=datetime.now(UTC),
                )  # fmt: skip

    answer(run)


if __name__ == "__main__":
    main()
