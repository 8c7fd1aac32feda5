"""openapi.json follows from the table of operations: it must be sound, agree with the manual, and be true of the answers."""
import json
import re
import shutil

import pytest

from ctl import ARENA, TOP
from gamesrv import Daemon

MANUAL = (TOP / "docs/admin-api.md").read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    bundle = tmp_path_factory.mktemp("bundle") / "arena"
    shutil.copytree(ARENA, bundle)
    d = Daemon("--watch", "plan-only", bundle=bundle)
    yield d
    d.close()


@pytest.fixture(scope="module")
def api(served):
    return served.get("/v1/openapi.json")


def walk(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def operations(api):
    for path, item in api["paths"].items():
        for method, op in item.items():
            yield method, path, op


def test_it_is_openapi_3_1(api):
    assert re.fullmatch(r"3\.1\.\d+", api["openapi"])
    assert {"title", "version"} <= set(api["info"])
    ids = [op["operationId"] for _, _, op in operations(api)]
    assert len(ids) == len(set(ids)) > 15 and all(re.fullmatch(r"[a-z0-9_]+", i) for i in ids)
    for method, path, op in operations(api):
        assert method in ("get", "post") and op["summary"] and op["x-access"] in ("read", "write")
        assert {"200", "default"} <= set(op["responses"])
        for status, response in op["responses"].items():
            assert response["description"] and response["content"], (path, status)
        names = [(p["in"], p["name"]) for p in op["parameters"]]
        assert len(names) == len(set(names)) and {i for i, _ in names} <= {"path", "query"}
        in_path = re.findall(r"\{(\w+)\}", path)
        assert sorted(n for i, n in names if i == "path") == sorted(in_path), path
        assert all(p["required"] for p in op["parameters"] if p["in"] == "path")
        assert ("requestBody" in op) <= (method == "post")


def test_every_reference_leads_somewhere(api):
    schemas = api["components"]["schemas"]
    used = {n["$ref"] for n in walk(api) if isinstance(n, dict) and "$ref" in n}
    assert used and all(r.removeprefix("#/components/schemas/") in schemas for r in used)
    assert {r.rsplit("/", 1)[1] for r in used} == set(schemas), "a shape that nobody uses"


def manual_routes():
    """(method, path) of each row of the table of operations; `confirm` · `cancel` are siblings."""
    table = MANUAL.split("## Operations")[1].split("\n\n")[0]
    for line in table.splitlines():
        last = None
        for method, path in re.findall(r"`(?:(GET|POST) )?(/[\w./{}-]+|[a-z]+)[^`]*`", line.split(" | ")[0]):
            if not method:
                method, path = last[0], last[1].rsplit("/", 1)[0] + "/" + path
            last = (method, path)
            yield last


def test_the_manual_lists_exactly_these_operations(api):
    described = {(m.upper(), p) for m, p, _ in operations(api)}
    assert set(manual_routes()) == described


def schema_problems(api, schema, value, place="answer"):
    """What of `value` does not fit, in the part of JSON Schema that the description uses; and keys it does not tell."""
    if "$ref" in schema:
        return schema_problems(api, api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], value, place)
    if "anyOf" in schema:
        tried = [schema_problems(api, s, value, place) for s in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    if "allOf" in schema:
        return [p for s in schema["allOf"][:1] for p in schema_problems(api, s, value, place)]
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
             "null": type(None)}
    if "type" not in schema:
        return []
    if not isinstance(value, kinds[schema["type"]]) or (schema["type"] != "boolean" and isinstance(value, bool)):
        return [f"{place} is {json.dumps(value)[:60]}, not {schema['type']}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place} is {value!r}, not one of {schema['enum']}")
    if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value):
        found.append(f"{place} is {value!r}, not a time")
    for name in schema.get("required", []):
        if name not in value:
            found.append(f"{place}.{name} is missing")
    if isinstance(value, dict) and "properties" in schema:
        for key, child in value.items():
            if key in schema["properties"]:
                found += schema_problems(api, schema["properties"][key], child, f"{place}.{key}")
            elif key != "apiVersion":
                found.append(f"{place}.{key} is not described")
    if isinstance(value, dict) and "additionalProperties" in schema:
        for key, child in value.items():
            found += schema_problems(api, schema["additionalProperties"], child, f"{place}.{key}")
    if isinstance(value, list):
        for i, child in enumerate(value):
            found += schema_problems(api, schema["items"], child, f"{place}[{i}]")
    return found


def check(served, api, method, template, target, body=None, status=200):
    reply = served.api(method, target, body, code=status)
    responses = api["paths"][template][method.lower()]["responses"]
    response = responses.get(str(status), responses["default"])
    problems = schema_problems(api, response["content"]["application/json"]["schema"], reply)
    assert not problems, (method, target, problems[:8])
    assert reply["apiVersion"] == "gamesrv/v1"
    return reply


def test_the_check_itself_can_fail(api):
    ref = {"$ref": "#/components/schemas/Finding"}
    assert schema_problems(api, ref, {"code": 5})
    assert schema_problems(api, ref, [])


def test_answers_are_as_described(served, api):
    texts = served.get("/v1/revisions/current/files?text=1")["files"]
    changed = dict(texts)
    path = next(p for p in texts if p.startswith("arenas/"))
    changed[path] = re.sub(r"(?m)^player_hp: \d+", "player_hp: 77", texts[path])
    broken = {**texts, path: texts[path] + "\nplayer_hpp: 1\n"}
    name = re.search(r"(?m)^name: (\S+)", texts[path])[1]

    def get(template, target=None, **kw):
        return check(served, api, "GET", template, target or template, **kw)

    def post(template, body=None, **kw):
        return check(served, api, "POST", template, template, {} if body is None else body, **kw)

    get("/v1/status")
    get("/v1/openapi.json")
    post("/v1/config/validate", {"files": texts})
    assert post("/v1/config/validate", {"files": broken})["valid"] is False
    assert post("/v1/config/plan", {"files": changed})["would"] == "apply"
    post("/v1/config/plan", {"files": broken}, status=422)
    post("/v1/config/confirm", status=409)
    assert post("/v1/config/apply", {"files": changed, "dry_run": True})["outcome"] == "dry-run"
    assert post("/v1/config/apply", {"files": changed, "confirm_ms": 60000, "message": "why"})["confirm"]
    get("/v1/status")
    post("/v1/config/apply", {"files": texts}, status=409)
    post("/v1/config/confirm")
    post("/v1/config/apply", {"files": broken}, status=422)
    post("/v1/config/apply", {"files": texts, "base_revision": 1}, status=409)
    restart = {**changed, "server.yaml": "kind: Server\nname: main\nlisten: ['127.0.0.1:7999']\n"}
    restart = {p: t for p, t in restart.items() if p == "server.yaml" or "kind: Server" not in t}
    post("/v1/config/apply", {"files": restart, "allow_delete": 1000})
    assert get("/v1/pending")["total"] >= 1
    get("/v1/status")
    post("/v1/config/rollback")
    post("/v1/config/reload")
    post("/v1/config/apply", {"files": changed, "confirm_ms": 60000})
    post("/v1/config/cancel")
    get("/v1/config")
    get("/v1/config/{kind}", "/v1/config/Arena?limit=2")
    get("/v1/config/{kind}/{name}", f"/v1/config/Arena/{name}")
    get("/v1/config/{kind}/{name}", "/v1/config/Arena/nope", status=404)
    get("/v1/schema")
    assert len(get("/v1/revisions")["revisions"]) >= 5
    get("/v1/revisions/{n}", "/v1/revisions/current")
    get("/v1/revisions/{n}", "/v1/revisions/2")
    get("/v1/revisions/{n}/files", "/v1/revisions/1/files")
    get("/v1/revisions/{n}/files", "/v1/revisions/1/files?text=1")
    get("/v1/blame", f"/v1/blame?path=Arena/{name}")
    check(served, api, "POST", "/v1/revisions/{n}/pin", "/v1/revisions/1/pin", {"pinned": True})
