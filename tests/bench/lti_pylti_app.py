"""The smallest Flask application on pylti1p3next, with the library's own settings throughout."""

import os
from typing import Any

from flask import Flask
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict
from werkzeug.middleware.proxy_fix import ProxyFix


def create_app() -> Flask:
    """Return the application; address, issuer and key come from the environment."""
    app = Flask("minimal")
    app.secret_key = "bench" * 8
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    issuer = os.environ["BENCH_ISSUER"]
    config = ToolConfDict(
        {
            issuer: [
                {
                    "default": True,
                    "client_id": os.environ["BENCH_CLIENT_ID"],
                    "auth_login_url": f"{issuer}/auth",
                    "auth_token_url": f"{issuer}/token",
                    "key_set_url": os.environ["BENCH_JWKS"],
                    "deployment_ids": ["1"],
                }
            ]
        }
    )

    @app.post("/login")
    def login() -> Any:
        asked = FlaskRequest()
        return FlaskOIDCLogin(asked, config).redirect(asked.get_param("target_link_uri"))

    @app.post("/launch")
    def launch() -> str:
        message = FlaskMessageLaunch(FlaskRequest(), config)
        return str(message.get_launch_data()["sub"])

    return app
