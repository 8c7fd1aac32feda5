"""What the operations on players answer is what openapi.json says, with players there."""
import pytest

from drain import play
from player import play_server
from test_admin_openapi import check


@pytest.fixture()
def s(daemon):
    return play(daemon, rooms=2)


def test_answers_about_players_are_as_described(s):
    api = s.get("/v1/openapi.json")
    a, b = s.tables
    one, two = a.players
    s.player("lobby")

    def get(template, target, **kw):
        return check(s, api, "GET", template, target, **kw)

    def post(template, target, body=None, **kw):
        return check(s, api, "POST", template, target, body or {}, **kw)

    assert len(get("/v1/sessions", "/v1/sessions")["sessions"]) == 5
    assert get("/v1/sessions", "/v1/sessions?limit=2&sort=player")["next_cursor"]
    get("/v1/sessions/{id}", f"/v1/sessions/{one.session}")
    assert get("/v1/rooms", "/v1/rooms")["rooms"][0]["members"] is None
    assert len(get("/v1/rooms/{id}", f"/v1/rooms/{a.room}")["members"]) == 2
    post("/v1/server/say", "/v1/server/say", {"text": "hi"})
    post("/v1/rooms/{id}/say", f"/v1/rooms/{a.room}/say", {"text": "hi"})
    post("/v1/sessions/{id}/say", f"/v1/sessions/{one.session}/say", {"text": "hi"})
    for target in ("/v1/server", "/v1/roomtypes/duel", f"/v1/rooms/{a.room}"):
        template = target.replace("duel", "{name}").replace(a.room, "{id}")
        post(f"{template}/cordon", f"{target}/cordon", {"message": "why"})
        get("/v1/drain", "/v1/drain")
        post(f"{template}/uncordon", f"{target}/uncordon")
        post(f"{template}/drain", f"{target}/drain", {"dry_run": True})
        post(f"{template}/drain", f"{target}/drain", {"deadline_ms": 600000, "policy": "end", "notices_ms": [500000]})
        assert get("/v1/drain", "/v1/drain")["drains"]
        post("/v1/drain/abort", "/v1/drain/abort", {"target": target.removeprefix("/v1/").replace("types", "type").replace("rooms/", "room/")})
    get("/v1/status", "/v1/status")
    post("/v1/sessions/kick", "/v1/sessions/kick", {"where": f"id == '{two.session}'", "dry_run": True})
    post("/v1/rooms/close", "/v1/rooms/close", {"all": True, "dry_run": True})
    post("/v1/sessions/{id}/kick", f"/v1/sessions/{two.session}/kick")
    post("/v1/rooms/{id}/finish", f"/v1/rooms/{a.room}/finish")
    post("/v1/rooms/{id}/close", f"/v1/rooms/{b.room}/close", {"message": "enough"})


def test_errors_about_players_are_as_described(s):
    api = s.get("/v1/openapi.json")
    for method, template, target, body, status in [
            ("GET", "/v1/sessions/{id}", "/v1/sessions/s-2000zz", None, 404), ("GET", "/v1/rooms/{id}", "/v1/rooms/x", None, 404),
            ("POST", "/v1/sessions/kick", "/v1/sessions/kick", {}, 400),
            ("POST", "/v1/sessions/kick", "/v1/sessions/kick", {"where": "(", "dry_run": True}, 400),
            ("POST", "/v1/server/say", "/v1/server/say", {"text": ""}, 400),
            ("POST", "/v1/roomtypes/{name}/cordon", "/v1/roomtypes/none/cordon", {}, 404),
            ("GET", "/v1/rooms/{id}/replay", f"/v1/rooms/{s.tables[0].room}/replay", None, 409)]:
        reply = s.api(method, target, body, code=status)
        assert set(reply["error"]) == {"code", "message", "details"}, (template, reply)
    assert api["paths"]["/v1/rooms/{id}/replay"]["get"]["responses"]["200"]["content"].keys() == {"application/octet-stream"}


def test_a_lockstep_room_shows_how_its_match_stands(daemon):
    s = play_server(daemon)
    p = s.player("ada")
    p.join("lockstep", key="x")
    check(s, s.get("/v1/openapi.json"), "GET", "/v1/rooms/{id}", f"/v1/rooms/{p.room}")
    room = s.get(f"/v1/rooms/{p.room}")
    assert room["lockstep"]["input_delay"] == 3 and room["lockstep"]["log_complete"] and len(room["seed"]) == 16


def test_readers_may_look_and_not_touch(s):
    """Routes that change something are writes, those that look are reads: roles follow from that."""
    paths = s.get("/v1/openapi.json")["paths"]
    assert all(op["x-access"] == ("read" if method == "get" else "write") for path, item in paths.items()
               for method, op in item.items() if path.startswith(("/v1/sessions", "/v1/rooms", "/v1/server", "/v1/roomtypes", "/v1/drain")))

