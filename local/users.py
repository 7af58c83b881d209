"""Somebody to sign in as on the local stack; on AWS an operator makes users with the same calls of Cognito."""

import contextlib
import secrets
from dataclasses import dataclass, field

import boto3

from local.deployment import Deployment

NAME = "admin"
GROUP = "admin"


@dataclass(frozen=True)
class SignIn:
    """What to type into the console's first page."""

    username: str
    password: str = field(repr=False)


def ensure_user(
    deployment: Deployment, name: str = NAME, group: str = GROUP, partners: str = "", password: str | None = None
) -> SignIn:
    """Make the user where it is not there yet, and give it this password or a new one; may be repeated."""
    cognito = boto3.client(
        "cognito-idp",
        endpoint_url=deployment.aws_endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - MiniStack's own, which opens nothing else
    )
    pool, password = deployment.outputs["UsersPoolId"], password or secrets.token_urlsafe(12)
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):  # of an earlier start
        cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_update_user_attributes(
        UserPoolId=pool, Username=name, UserAttributes=[{"Name": "custom:partners", "Value": partners}]
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    return SignIn(name, password)
