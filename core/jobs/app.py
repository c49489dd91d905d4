"""The job queue's app. It never connects by itself: jobs are added on the caller's connection, and
`core.jobs.worker` runs them through a copy with connections of its own."""

from procrastinate import App, SyncPsycopgConnector

app = App(connector=SyncPsycopgConnector())
