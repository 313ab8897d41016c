"""One client that sends or opens, for the crosswise tests: asked for as JSON on standard input, answered so on standard
output. Whatever goes wrong ends it without an answer."""

import json
import sys

from client import connect, open_link, send

asked = json.load(sys.stdin)
account = connect(asked["origin"], asked["key"])
if "send" in asked:
    answer = {"link": send(account, **asked["send"])}
else:
    answer = open_link(account, **asked["open"])
json.dump(answer, sys.stdout)
