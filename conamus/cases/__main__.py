"""`python -m conamus.cases FOLDER`: the cases checked without Django's settings."""

import sys
from pathlib import Path

from conamus.cases.facts import BadCase
from conamus.cases.report import check_folder


def main(arguments: list[str]) -> int:
    """Return 0 when every case agrees."""
    if len(arguments) != 1:
        sys.stderr.write("Donnez un dossier ou un fichier de cas.\n")
        return 2
    try:
        return 0 if check_folder(Path(arguments[0]), print).is_good else 1
    except BadCase as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
