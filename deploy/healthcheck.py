"""The container's health check: ask the application itself, under the name that it answers to."""

import http.client
import os
import sys


def main() -> int:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    link = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    link.request("GET", sys.argv[1], headers={"Host": host, "X-Forwarded-Proto": "https"})
    return 0 if link.getresponse().status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
