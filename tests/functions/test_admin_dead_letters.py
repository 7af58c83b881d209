"""What was given up, over the admin API: counted, and given another try."""

from tests.functions.admin import HERE, Admin


def _give_up(admin: Admin, queue: str, *bodies: str) -> None:
    for body in bodies:
        admin.stack.sqs.send_message(QueueUrl=admin.stack.queue_urls[queue], MessageBody=body)


def test_dead_letters_are_counted_by_queue(admin: Admin) -> None:
    _give_up(admin, "SendsDeadLetters", "a", "b")
    _give_up(admin, "ScheduleDeadLetters", "c")

    answer = admin.get("/dead-letters")

    assert {each["queue"]: each["count"] for each in answer.body["items"]} == {
        "evaluations": 0,
        "feedback": 0,
        "schedule": 1,
        "sends": 2,
    }


def test_all_dead_letters_of_a_queue_go_back_to_where_they_came_from(admin: Admin) -> None:
    bodies = [f"message {number}" for number in range(23)]
    _give_up(admin, "SendsDeadLetters", *bodies)
    _give_up(admin, "FeedbackDeadLetters", "another")

    answer = admin.call("POST", "/dead-letters/sends/redrive")

    assert (answer.status, answer.body) == (200, {"moved": 23, "left": 0})
    assert sorted(admin.stack.received("SendsQueue")) == sorted(bodies)
    assert admin.stack.received("SendsDeadLetters") == []
    assert admin.stack.received("FeedbackDeadLetters") == ["another"]
    [entry] = admin.get("/audit").body["items"]
    assert (entry["action"], entry["thingId"], entry["after"]) == ("redrive", "sends", 23)


def test_an_empty_queue_has_nothing_to_go_back(admin: Admin) -> None:
    assert admin.call("POST", "/dead-letters/evaluations/redrive").body == {"moved": 0, "left": 0}


def test_what_came_from_no_queue_and_what_is_none_is_refused(admin: Admin) -> None:
    _give_up(admin, "ScheduleDeadLetters", "a run")

    schedule = admin.call("POST", "/dead-letters/schedule/redrive")
    unknown = admin.call("POST", "/dead-letters/collect/redrive")

    assert (schedule.status, unknown.status) == (409, 404)
    assert admin.stack.received("ScheduleDeadLetters") == ["a run"]
    assert admin.get(f"{HERE}/dead-letters").status == 404
