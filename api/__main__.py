"""`python -m api` serves on API_ADDRESS."""

from api.app import create
from face import serve, start

if __name__ == "__main__":
    services = start("api")
    serve(create(services), services.settings.api_address)
