"""The job queue, by procrastinate: adding jobs, running them, and the worker."""
