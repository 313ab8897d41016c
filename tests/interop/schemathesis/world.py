"""What is there for schemathesis to ask about: an account with packages, files and the rest, made anew as it is used up."""

import base64
import hashlib
import hmac
import itertools
import json
from datetime import datetime, timezone
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

CHECKSUM = "0123456789abcdef" * 4
SESSIONS = 30
"""How often signing out is survived."""


class FromAfar(HTTPAdapter):
    """Asks from another loopback address: the server counts what goes wrong, and Dropzones' packages, by address."""

    def __init__(self, number):
        self.source = (f"127.1.{number // 250}.{number % 250 + 1}", 0)
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=self.source, **kwargs)


class Signed(requests.auth.AuthBase):
    """Signs a request as SendSafely's API wants it, once everything else of it is settled."""

    def __init__(self, key):
        self.key = key
        self.nonces = itertools.count()

    def __call__(self, request):
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        path = urlsplit(request.url).path
        # Of the forms of SendSafely's API one field is signed, of those of Züs's everything.
        form = request.headers.get("content-type", "").startswith("multipart/form-data")
        if form and not path.startswith("/v2/"):
            body = _request_data(body)
        # As the document writes it.
        timestamp = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+0000")
        nonce = str(next(self.nonces))
        signed = b"".join([self.key["apiKey"].encode(), path.encode(), timestamp.encode(), body, nonce.encode()])
        request.headers["ss-api-key"] = self.key["apiKey"]
        request.headers["ss-request-timestamp"] = timestamp
        request.headers["ss-request-nonce"] = nonce
        request.headers["ss-request-signature"] = hmac.new(
            self.key["apiSecret"].encode(), signed, hashlib.sha256).hexdigest()
        return request


def _request_data(form):
    """The field of a form that its signature covers."""
    _, _, rest = form.partition(b'name="requestData"')
    _, _, rest = rest.partition(b"\r\n\r\n")
    field, _, _ = rest.partition(b"\r\n--")
    return field


def armored(kind, octets):
    """OpenPGP packets as text (RFC 9580, section 6.2)."""
    return f"-----BEGIN PGP {kind}-----\n\n{base64.b64encode(octets).decode()}\n-----END PGP {kind}-----\n"


PUBLIC_KEY = armored("PUBLIC KEY BLOCK", bytes([0xC6, 42, 4, 0, 0, 0, 0, 25, 0, 0]) + bytes([7]) * 34 + b"\xcd\x01a")
WRAPPED = armored("MESSAGE", bytes([0xC1, 1, 3, 0xD2, 1, 1]))


class World:
    def __init__(self, origin, key, password, dropzone):
        self.origin, self.key, self.dropzone = origin, key, dropzone
        self.http = requests.Session()
        self.addresses = itertools.count()
        self.http.mount("http://", FromAfar(next(self.addresses)))
        self.sign = Signed(key)
        self.client = requests.auth.HTTPBasicAuth(key["apiKey"], key["apiSecret"])
        self.user = self.ask("GET", "/user/")["id"]
        credentials = {"email": key["email"], "password": password}
        self.sessions = [self._signed_in(credentials) for _ in range(SESSIONS)]
        self.refresh()

    def ask(self, method, path, body=None):
        """A call of the account's, which has to succeed."""
        return self._ask(method, f"/api/v2.0{path}", body, auth=self.sign)

    def ask_openly(self, method, path, body=None):
        """A call through the open Dropzone, which has to succeed."""
        return self._ask(method, f"/drop-zone/v2.0{path}", body, headers={"ss-api-key": "open"})

    def _ask(self, method, path, body, **shown):
        answer = self.http.request(method, self.origin + path, json=body, **shown).json()
        if answer["response"] != "SUCCESS":
            raise RuntimeError(f"{method} {path}: {answer}")
        return answer

    def _made(self, path, body=None):
        """What a call of the account's with ordinary statuses made, which has to succeed."""
        answer = self.http.post(self.origin + path, json=body, auth=self.sign)
        answer.raise_for_status()
        return answer.json()

    def _signed_in(self, credentials):
        headers = {"bulla-session": "1", "origin": self.origin}
        answer = self.http.post(f"{self.origin}/session/v1/sign-in/", json=credentials, headers=headers)
        self.http.cookies.clear()
        return answer.cookies["bulla-session"]

    def refresh(self):
        """Makes everything anew. An account has only so many keys and groups."""
        self.http.mount("http://", FromAfar(next(self.addresses)))
        for key in self.ask("GET", "/public-key/")["publicKeys"]:
            self.ask("DELETE", f"/public-key/{key['id']}/")
        for group in self.ask("GET", "/user/groups/")["contactGroups"]:
            self.ask("DELETE", f"/group/{group['contactGroupId']}/")
        self.public_key = self.ask("PUT", "/public-key/", {"publicKey": PUBLIC_KEY, "description": "x"})["id"]
        self.group = self.ask("PUT", "/group/", {"groupName": "x"})["contactGroupId"]
        member = self.ask("PUT", f"/group/{self.group}/user/", {"userEmail": "member@example.com"})
        self.member = member["userId"]
        self.draft, self.dropped = self._package(self.ask), self._package(self.ask_openly)
        self.workspace = self._package(self.ask, workspace=True)
        self.ready, self.sent, self.shared, self.verified = (self._package(self.ask, whole=True) for _ in range(4))
        self.ask("PUT", f"/package/{self.draft['package']}/group/{self.group}/")
        self.put_url = _url(self.ask, f"/package/{self.draft['package']}", self.draft["unfinished"])
        finalize = {"checksum": CHECKSUM, "undisclosedRecipients": True}
        for package in (self.sent, self.shared, self.verified, self.workspace):
            self.ask("POST", f"/package/{package['package']}/finalize/", finalize)
        wanted = {"checksum": CHECKSUM, "startSegment": 1, "endSegment": 1}
        path = f"/package/{self.sent['package']}/file/{self.sent['file']}/download-urls/"
        self.get_url = self.ask("POST", path, wanted)["downloadUrls"][0]["url"]
        opened = self.http.post(f"{self.origin}/link/v1/{self.sent['code']}/open/", json={"checksum": CHECKSUM})
        self.token = opened.json()["token"]
        share = {"ShareType": "Send", "Items": [{"Id": self.shared["file"]}]}
        self.shared["share"] = self._made("/sf/v3/Shares", share)["Id"]
        recipients = f"/sf/v3/Shares({self.shared['share']})/Recipients?Email=other@example.com"
        self.shared["alias"] = self._made(recipients)["Id"]
        # Without e-mail there is no way to verify anybody.
        self.verified["share"] = self._made("/secure-share/shares", {"packageId": self.verified["package"]})["id"]
        self.ask("PUT", f"/package/{self.draft['package']}/link/{self.public_key}/", {"keycode": WRAPPED})

    def _package(self, ask, workspace=False, whole=False):
        made = ask("PUT", "/package/", {"vdr": workspace})
        path = f"/package/{made['packageId']}"
        there = {"package": made["packageId"], "code": made["packageCode"], "checksum": CHECKSUM}
        if workspace:
            for name in ("directory", "target"):
                there[name] = ask("PUT", f"{path}/directory/", {"directoryName": name})["directoryId"]
        file = {"filename": "x.bin", "parts": 1, "filesize": 1, "directoryId": there.get("directory")}
        there["file"] = ask("PUT", f"{path}/file/", file)["fileId"]
        self.http.put(_url(ask, path, there["file"]), data=b"x" * 100)
        ask("POST", f"{path}/file/{there['file']}/upload-complete/", {"complete": True})
        ask("PUT", f"{path}/message/", {"message": "aGVsbG8="})
        there["recipient"] = ask("PUT", f"{path}/recipient/", {"email": "member@example.com"})["recipientId"]
        if not whole:
            there["unfinished"] = ask("PUT", f"{path}/file/", {**file, "filename": "y.bin"})["fileId"]
        return there


def _url(ask, path, file):
    """Where to PUT the first part of a file."""
    return ask("POST", f"{path}/file/{file}/upload-urls/", {"part": 1})["uploadUrls"][0]["url"]
