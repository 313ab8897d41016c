"""Lets schemathesis come further than the door: it signs, and asks about what is there three times out of four."""

import atexit
import collections
import json
import os
import pathlib
import random
from urllib.parse import parse_qsl, urlsplit

import requests
import schemathesis

from world import CHECKSUM, PUBLIC_KEY, WRAPPED, World

settings = json.loads(os.environ["BULLA_WORLD"])
world = World(settings["origin"], settings["key"], settings["password"], settings["dropzone"])
chance = random.Random(settings["seed"])
calls = collections.defaultdict(collections.Counter)
"""How often each operation was asked for, and how often it succeeded."""


@atexit.register
def report():
    pathlib.Path(settings["report"]).write_text(json.dumps(calls))


class Admitted(requests.auth.AuthBase):
    """Shows what each surface wants to see."""

    def __call__(self, request):
        path = urlsplit(request.url).path
        if path.startswith(("/api/", "/v2/", "/sf/", "/secure-share/")):
            return world.sign(request)
        if path.startswith("/drop-zone/"):
            request.headers["ss-api-key"] = "open"
        elif path.startswith("/session/"):
            request.headers["bulla-session"] = "1"
            request.headers["origin"] = settings["origin"]
            if world.sessions:
                request.headers["cookie"] = f"bulla-session={world.sessions[-1]}"
        elif path.startswith("/oauth/"):
            return world.client(request)
        elif path.startswith("/link/"):
            request.headers["authorization"] = f"Bearer {world.token}"
        return request


schemathesis.auth.set_from_requests(Admitted())


def fitting(path):
    """A package for which the call makes sense."""
    if path.startswith("/drop-zone/"):
        return world.dropped
    if path.startswith("/sf/"):
        return world.shared
    if path.startswith("/secure-share/"):
        return world.verified
    if "finalize" in path:
        return world.ready
    if "directory" in path or "/move/" in path or "/copy/" in path:
        return world.workspace
    if any(word in path for word in ("upload", "recipient", "group", "temp", "/parts/", "public-keys")):
        return world.draft
    if "download" in path or path.startswith("/link/"):
        return world.sent
    return chance.choice([world.draft, world.sent, world.workspace])


def known(of, path):
    """What placeholders of a path and fields of a body may stand for."""
    unfinished = "unfinished" in of and (path.endswith("/file/{file}/") or "upload" in path)
    file = of["unfinished"] if unfinished and chance.random() < 0.5 else of["file"]
    return {
        **of, "file": file, "fileId": file, "item": file, "Items": [{"Id": file}], "Email": "member@example.com", "public_key": world.public_key, "group": world.group,
        "user": world.member if "group" in path else world.user, "dropzone": world.dropzone,
        "part": 1, "filePart": 1, "startSegment": 1, "endSegment": 1, "parts": 1, "filesize": 1,
        "directoryName": "new", "path": "tokens.css" if path.startswith("/static/") else "index.js",
        "filename": "z.bin", "fileName": "w.bin", "email": "member@example.com", "userEmail": "other@example.com",
        "publicKey": PUBLIC_KEY, "keycode": WRAPPED, "checksum": CHECKSUM, "message": "aGVsbG8=", "suite": "sealed",
        "directoryId": of.get("directory"), "targetDirectoryId": of.get("target"), "targetPackageId": of["package"],
        "packageId": of["package"], "packageIds": [of["package"]], "emails": ["member@example.com"], "fileIds": [file], "seal": "abc",
        "undisclosedRecipients": True, "life": 1, "grant_type": "client_credentials",
        "client_id": settings["key"]["apiKey"], "client_secret": None, "scope": "sharefile", "rowIndex": 0, "pageSize": 10,
    }


def told(value, names):
    """A body in which some of the fields have a meaning."""
    if isinstance(value, dict):
        return {name: names[name] if name in names and chance.random() < 0.8 else told(inner, names)
                for name, inner in value.items()}
    if isinstance(value, list):
        return [told(inner, names) for inner in value]
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    # Values from answers are asked about, too. Without its own key nothing is let in any more.
    if (case.path_parameters or {}).get("api_key") == settings["key"]["apiKey"]:
        case.path_parameters["api_key"] = "K"
    if chance.random() < 0.25:
        return
    if path.startswith("/blob/"):
        url = urlsplit(world.put_url if case.method == "PUT" else world.get_url)
        case.path_parameters = dict(zip(("package", "file", "part"), url.path.split("/")[2:]))
        case.query = dict(parse_qsl(url.query))
        return
    names = known(fitting(path), path)
    case.path_parameters = {
        name: names[name] if names.get(name) is not None else value
        for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, (dict, list)):
        case.body = told(case.body, names)


@schemathesis.hook
def after_call(context, case, response):
    if case.method != case.operation.method.upper():
        return
    name = f"{case.method} {case.operation.path}"
    calls[name]["asked"] += 1
    json_answer = "json" in (response.headers.get("content-type") or [""])[0]
    answer = response.json() if json_answer and response.content else {}
    refused = isinstance(answer, dict) and answer.get("response", "SUCCESS") != "SUCCESS"
    if response.status_code in (200, 206) and not refused:
        calls[name]["succeeded"] += 1
        if case.operation.path == "/session/v1/sign-out/":
            world.sessions.pop()
        elif case.method == "DELETE" or case.operation.path.endswith(("/finalize/", "/move/{directory}/{target}/")):
            world.refresh()
