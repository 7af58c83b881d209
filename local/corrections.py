"""What MiniStack reads otherwise than AWS, put right after a deployment: the template is written for AWS alone."""

import json
from typing import Any

import boto3


def apply_corrections(session: boto3.Session, endpoint: str, stack_name: str) -> None:
    """Correct the stack that is deployed to `endpoint`; may be repeated."""
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    # SDKs return a JSON template as a mapping, which the stubs do not say.
    template: Any = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")["TemplateBody"]
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] not in {"AWS::ApiGatewayV2::Api", "AWS::IAM::Role", "AWS::S3::Bucket"}:
            continue
        detail = cloudformation.describe_stack_resource(StackName=stack_name, LogicalResourceId=logical_id)
        physical_id = detail["StackResourceDetail"]["PhysicalResourceId"]
        if resource["Type"] == "AWS::IAM::Role":
            _correct_policies(session, endpoint, physical_id)
        elif resource["Type"] == "AWS::S3::Bucket":
            # It speaks plain HTTP, which the bucket's policy refuses.
            session.client("s3", endpoint_url=endpoint).delete_bucket_policy(Bucket=physical_id)
        else:
            # From a template it keeps the CORS settings under names that it then does not look for.
            cors = resource["Properties"]["CorsConfiguration"]
            session.client("apigatewayv2", endpoint_url=endpoint).update_api(ApiId=physical_id, CorsConfiguration=cors)


def _correct_policies(session: boto3.Session, endpoint: str, role: str) -> None:
    iam = session.client("iam", endpoint_url=endpoint)
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in document["Statement"]:
            _correct_statement(statement)
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def _correct_statement(statement: dict[str, Any]) -> None:
    actions = statement["Action"]
    for action in ("sqs:SendMessage", "sqs:DeleteMessage"):
        if action in actions and f"{action}Batch" not in actions:
            # AWS has no permission of this name: that of one covers the batch.
            actions.append(f"{action}Batch")
    if "ses:SendEmail" in actions:
        # It does not work out which identity an SES v2 call sends from, and judges the call on all of them.
        statement["Resource"] = "*"
