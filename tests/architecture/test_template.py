"""Rules that the template keeps, read as `sam` reads it."""

from collections.abc import Iterator
from typing import Any

import pytest

from signalbox.adapters.dynamodb.client import PUT_DEADLINE
from signalbox.adapters.history.store import HistoryLimits
from signalbox.adapters.history.writer import DRAFT_BYTES
from signalbox.admin_routes.routing import PREFIX
from signalbox.collect_routes import OPENAPI_ROUTE, SEGMENT_ROUTES
from signalbox.domain.access import Role
from signalbox.domain.decisions import CLAIM_LEASE
from signalbox.observability import NAMESPACE
from signalbox.preference_routes import SHOW_ROUTE, WISH_ROUTE
from signalbox.services.ingestion import BATCH_TIME
from signalbox.wire import collect, segment
from tests import cloudformation

_MINUTE = 60

type Resource = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return cloudformation.template()


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Resource]:
    found: dict[str, Resource] = template["Resources"]
    return found


def _of_type(resources: dict[str, Resource], kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def _functions(resources: dict[str, Resource]) -> dict[str, dict[str, Any]]:
    return _of_type(resources, "AWS::Serverless::Function")


def _queue_of(function: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for event in function.get("Events", {}).values():
        assert event["Type"] == "SQS"
        yield event["Properties"]


def _target(reference: dict[str, str]) -> str:
    """Return the logical id that a Ref or GetAtt names."""
    (value,) = reference.values()
    return value.split(".")[0]


def _statements(resources: dict[str, Resource]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in _of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement
    for policy in _of_type(resources, "AWS::IAM::RolePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield _target(policy["RoleName"]), statement


def _alarms(resources: dict[str, Resource], metric: str) -> set[str]:
    """Return the logical ids that the alarms on `metric` watch."""
    alarms = _of_type(resources, "AWS::CloudWatch::Alarm").values()
    return {_target(alarm["Dimensions"][0]["Value"]) for alarm in alarms if alarm["MetricName"] == metric}


def test_a_batch_is_given_up_with_an_answer_before_the_function_is(resources: dict[str, Resource]) -> None:
    assert BATCH_TIME.total_seconds() < resources["CollectFunction"]["Properties"]["Timeout"]


def test_a_run_settles_longer_than_a_collect_call_can_take(
    template: dict[str, Any], resources: dict[str, Resource]
) -> None:
    settle = template["Parameters"]["SettleSeconds"]

    timeout = resources["CollectFunction"]["Properties"]["Timeout"]

    assert PUT_DEADLINE.total_seconds() < timeout
    assert settle["MinValue"] > timeout
    assert settle["Default"] > timeout


def test_an_event_outlives_the_longest_lookback(template: dict[str, Any]) -> None:
    assert template["Parameters"]["EventRetentionDays"]["MinValue"] > 30


def test_each_folder_of_functions_is_deployed(resources: dict[str, Resource]) -> None:
    folders = {path.parent.name for path in cloudformation.TEMPLATE.parent.glob("functions/*/app.py")}

    deployed = {function["CodeUri"].removeprefix("functions/") for function in _functions(resources).values()}

    assert deployed == folders


def test_each_function_has_a_role_and_a_log_group_of_its_own(resources: dict[str, Resource]) -> None:
    functions = _functions(resources)

    roles = {_target(function["Role"]) for function in functions.values()}
    log_groups = {_target(function["LoggingConfig"]["LogGroup"]) for function in functions.values()}

    assert len(roles) == len(log_groups) == len(functions)
    for name, properties in _of_type(resources, "AWS::Logs::LogGroup").items():
        assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_no_permission_is_wider_than_named_actions_on_named_resources(resources: dict[str, Resource]) -> None:
    for role, statement in _statements(resources):
        resource = statement["Resource"]

        assert not [action for action in statement["Action"] if "*" in action], role
        assert isinstance(resource, dict), f"{role}: {resource}"
        # Objects and phones have no names of their own in a template: those of a bucket are named by how their keys
        # begin, and phones are all of the account's.
        named = str(resource).removesuffix("/partner=*'}").removesuffix(":endpoint/*'}")
        assert "*" not in named, f"{role}: {resource}"


def test_no_role_takes_a_managed_policy(resources: dict[str, Resource]) -> None:
    for name, role in _of_type(resources, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name


def test_no_function_can_read_a_table_whole(resources: dict[str, Resource]) -> None:
    actions = {action for _, statement in _statements(resources) for action in statement["Action"]}

    assert "dynamodb:Scan" not in actions


def test_a_message_stays_hidden_for_six_times_its_functions_timeout(resources: dict[str, Resource]) -> None:
    for name, function in _functions(resources).items():
        for event in _queue_of(function):
            queue = resources[_target(event["Queue"])]["Properties"]

            assert queue["VisibilityTimeout"] == 6 * function["Timeout"], name


def test_a_claim_outlives_its_worker_and_is_given_up_before_its_message_comes_again(
    resources: dict[str, Resource],
) -> None:
    lease = CLAIM_LEASE.total_seconds()

    assert resources["SendFunction"]["Properties"]["Timeout"] < lease
    assert lease < resources["SendsQueue"]["Properties"]["VisibilityTimeout"]


def test_each_queue_that_feeds_a_function_reports_failures_by_message(resources: dict[str, Resource]) -> None:
    events = [event for function in _functions(resources).values() for event in _queue_of(function)]

    assert events
    for event in events:
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert event["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_a_message_lives_long_enough_to_reach_its_dead_letter_queue(resources: dict[str, Resource]) -> None:
    for name, queue in _of_type(resources, "AWS::SQS::Queue").items():
        redrive = queue.get("RedrivePolicy")
        if redrive:
            dead_letters = resources[_target(redrive["deadLetterTargetArn"])]["Properties"]
            attempts = redrive["maxReceiveCount"] * queue["VisibilityTimeout"]

            assert queue["MessageRetentionPeriod"] > attempts, name
            assert dead_letters["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"], name


def test_each_queue_is_a_dead_letter_queue_or_has_one(resources: dict[str, Resource]) -> None:
    queues = _of_type(resources, "AWS::SQS::Queue")
    without = {name for name, queue in queues.items() if "RedrivePolicy" not in queue}

    alarmed = _alarms(resources, "ApproximateNumberOfMessagesVisible")

    assert without == alarmed
    assert _alarms(resources, "ApproximateAgeOfOldestMessage") == set(queues) - without


def test_a_run_that_fails_is_handed_to_a_dead_letter_queue(resources: dict[str, Resource]) -> None:
    invocation = resources["ScheduleFunction"]["Properties"]["EventInvokeConfig"]
    target = resources["EveryMinute"]["Properties"]["Target"]

    assert _target(invocation["DestinationConfig"]["OnFailure"]["Destination"]) == "ScheduleDeadLetters"
    assert _target(target["DeadLetterConfig"]["Arn"]) == "ScheduleDeadLetters"
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= _MINUTE


def test_the_schedule_sends_the_time_that_the_run_is_for(resources: dict[str, Resource]) -> None:
    assert "Input" not in resources["EveryMinute"]["Properties"]["Target"]


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_each_function_is_watched(resources: dict[str, Resource], metric: str) -> None:
    assert _alarms(resources, metric) == set(_functions(resources))


def test_a_run_that_did_not_happen_raises_an_alarm(resources: dict[str, Resource]) -> None:
    alarm = resources["MissedRunsAlarm"]["Properties"]

    assert alarm["TreatMissingData"] == "breaching"
    assert _target(alarm["Dimensions"][0]["Value"]) == "ScheduleFunction"


def test_the_cursor_lag_alarm_watches_the_metric_that_evaluate_writes(
    resources: dict[str, Resource],
) -> None:
    function = resources["EvaluateFunction"]["Properties"]["Environment"]["Variables"]
    alarm = resources["CursorLagAlarm"]["Properties"]

    assert alarm["Namespace"] == NAMESPACE
    assert alarm["Dimensions"] == [{"Name": "service", "Value": function["SERVICE_NAME"]}]


def test_every_table_is_billed_by_use_and_kept(resources: dict[str, Resource]) -> None:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = resource["Properties"]

            assert properties["BillingMode"] == "PAY_PER_REQUEST", name
            assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
            assert resource["UpdateReplacePolicy"] == "Retain", name
            assert "TableName" not in properties, name


def test_every_table_but_the_registers_lets_its_items_expire(resources: dict[str, Resource]) -> None:
    tables = _of_type(resources, "AWS::DynamoDB::Table")

    kept = {name for name, table in tables.items() if "TimeToLiveSpecification" not in table}
    attributes = {
        table["TimeToLiveSpecification"]["AttributeName"] for name, table in tables.items() if name not in kept
    }

    assert kept == {"Registry", "Cursors", "Deferred"}
    assert attributes == {"expires_at"}


def test_the_history_is_private_kept_by_the_stack_and_deleted_with_its_events(resources: dict[str, Resource]) -> None:
    bucket = resources["History"]
    properties = bucket["Properties"]
    [rule] = properties["LifecycleConfiguration"]["Rules"]

    assert set(_of_type(resources, "AWS::S3::Bucket")) == {"History"}
    assert "BucketName" not in properties
    assert "VersioningConfiguration" not in properties
    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert rule["Status"] == "Enabled"
    assert "Prefix" not in rule
    assert rule["ExpirationInDays"] == {"Ref": "EventRetentionDays"}


def test_the_history_is_reached_over_tls_only(resources: dict[str, Resource]) -> None:
    policy = resources["HistoryPolicy"]["Properties"]
    [statement] = policy["PolicyDocument"]["Statement"]

    assert policy["Bucket"] == {"Ref": "History"}
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == [{"Fn::GetAtt": "History.Arn"}, {"Fn::Sub": "${History.Arn}/*"}]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_evaluate_and_admin_alone_reach_the_history_and_admin_alone_deletes_of_it(
    resources: dict[str, Resource],
) -> None:
    found = {
        (role, action, str(statement["Resource"]))
        for role, statement in _statements(resources)
        for action in statement["Action"]
        if action.startswith("s3:")
    }

    bucket, objects = str({"Fn::GetAtt": "History.Arn"}), str({"Fn::Sub": "${History.Arn}/partner=*"})
    assert found == {
        (role, action, of)
        for role in ("EvaluateRole", "AdminRole")
        for action, of in (("s3:GetObject", objects), ("s3:PutObject", objects), ("s3:ListBucket", bucket))
    } | {("AdminRole", "s3:DeleteObject", objects)}


@pytest.mark.parametrize("function", ["EvaluateFunction", "AdminFunction"])
def test_the_disk_of_who_reads_the_history_holds_all_its_files_at_once(
    resources: dict[str, Resource], function: str
) -> None:
    limits = HistoryLimits()
    disk = resources[function]["Properties"]["EphemeralStorage"]["Size"] * 1024 * 1024

    assert disk >= limits.folder_bytes + limits.call_bytes + DRAFT_BYTES


def test_the_query_engine_is_carried_by_evaluate_and_admin_alone(resources: dict[str, Resource]) -> None:
    carriers = {
        name for name, function in _functions(resources).items() if {"Ref": "QueryLayer"} in function.get("Layers", [])
    }

    assert carriers == {"EvaluateFunction", "AdminFunction"}


def test_layers_are_built_for_the_processor_that_the_functions_run_on(
    template: dict[str, Any], resources: dict[str, Resource]
) -> None:
    architecture = {"Ref": "Architecture"}

    assert template["Globals"]["Function"]["Architectures"] == [architecture]
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            assert resource["Metadata"] == {"BuildMethod": "makefile", "BuildArchitecture": architecture}, name
            assert resource["Properties"]["CompatibleArchitectures"] == [architecture], name


def _routed_to(resources: dict[str, Resource], integration: str) -> set[str]:
    routes = _of_type(resources, "AWS::ApiGatewayV2::Route").values()
    target = {"Fn::Sub": f"integrations/${{{integration}}}"}
    return {route["RouteKey"] for route in routes if route["Target"] == target}


def test_each_route_that_collect_answers_is_routed_to_it(resources: dict[str, Resource]) -> None:
    assert _routed_to(resources, "CollectIntegration") == {
        *(f"POST {path}" for path in collect.PATHS),
        *(f"{SEGMENT_ROUTES}{route}" for route in segment.ROUTES),
        OPENAPI_ROUTE,
    }


def test_both_routes_of_an_unsubscribe_link_are_routed_to_preferences(resources: dict[str, Resource]) -> None:
    assert _routed_to(resources, "PreferencesIntegration") == {SHOW_ROUTE, WISH_ROUTE}


def test_every_method_of_the_admin_api_is_routed_to_it_behind_the_sign_in(resources: dict[str, Resource]) -> None:
    routes = _of_type(resources, "AWS::ApiGatewayV2::Route").values()
    behind = {route["RouteKey"] for route in routes if route.get("AuthorizationType") == "JWT"}
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    assert behind == {f"{method} {PREFIX}/{{proxy+}}" for method in methods}
    assert _routed_to(resources, "AdminIntegration") - behind == {
        f"GET {PREFIX}/openapi.json",
        f"POST {PREFIX}/session",
        f"POST {PREFIX}/session/new-password",
        f"POST {PREFIX}/session/refresh",
        f"DELETE {PREFIX}/session",
    }


def test_tokens_are_taken_from_this_stacks_users_and_client_alone(resources: dict[str, Resource]) -> None:
    authorizer = resources["AdminAuthorizer"]["Properties"]

    assert authorizer["JwtConfiguration"] == {
        "Issuer": {"Fn::Sub": "https://${Users.ProviderName}"},
        "Audience": [{"Ref": "UsersClient"}],
    }


def test_no_user_can_sign_up_or_say_what_they_may_do(resources: dict[str, Resource]) -> None:
    pool, client = resources["Users"]["Properties"], resources["UsersClient"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert [each["Name"] for each in pool["Schema"]] == ["partners"]
    assert client["WriteAttributes"] == ["name"]
    assert "custom:partners" in client["ReadAttributes"]


def test_the_groups_are_the_roles(resources: dict[str, Resource]) -> None:
    groups = {group["GroupName"] for group in _of_type(resources, "AWS::Cognito::UserPoolGroup").values()}

    assert groups == {role.word for role in Role}


def test_nobody_deletes_what_is_written_of_changes(resources: dict[str, Resource]) -> None:
    audit = {"Fn::GetAtt": "Audit.Arn"}
    actions = [statement["Action"] for _, statement in _statements(resources) if statement["Resource"] == audit]

    assert actions == [["dynamodb:Query", "dynamodb:PutItem"]]


def test_ses_tells_of_messages_over_a_topic_that_nobody_else_may_publish_to(resources: dict[str, Resource]) -> None:
    destination = resources["FeedbackDestination"]["Properties"]["EventDestination"]
    [published] = resources["FeedbackTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    [queued] = resources["FeedbackQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    subscription = resources["FeedbackSubscription"]["Properties"]

    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "FeedbackTopic"}}
    assert {"bounce", "complaint", "delivery", "reject"} <= set(destination["MatchingEventTypes"])
    assert published["Principal"] == {"Service": "ses.amazonaws.com"}
    assert set(published["Condition"]["StringEquals"]) == {"AWS:SourceAccount", "AWS:SourceArn"}
    assert queued["Principal"] == {"Service": "sns.amazonaws.com"}
    assert queued["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "FeedbackTopic"}}}
    assert (subscription["RawMessageDelivery"], _target(subscription["Endpoint"])) == (True, "FeedbackQueue")


def test_what_is_told_while_a_worker_is_at_it_comes_again_when_its_claim_is_over(
    resources: dict[str, Resource],
) -> None:
    assert resources["FeedbackQueue"]["Properties"]["VisibilityTimeout"] > CLAIM_LEASE.total_seconds()


@pytest.mark.parametrize(
    "personal", ["sourceIp", "userAgent", "queryString", "$context.path", "identity", "authorizer"]
)
def test_access_logs_hold_nothing_of_the_caller(resources: dict[str, Resource], personal: str) -> None:
    line = resources["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]

    assert personal not in line


def test_what_makes_content_is_carried_by_send_and_admin_alone(resources: dict[str, Resource]) -> None:
    carriers = {
        name
        for name, function in _functions(resources).items()
        if {"Ref": "ContentLayer"} in function.get("Layers", [])
    }

    assert carriers == {"SendFunction", "AdminFunction"}
