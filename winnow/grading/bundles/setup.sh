#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
source=/autograder/source
apt-get update
apt-get install -y --no-install-recommends python3 python3-pip python3-venv
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Winnow needs Python 3.10 or later: choose a newer image.")'
python3 -m venv /opt/winnow
/opt/winnow/bin/pip install --no-cache-dir -r "$source/requirements.txt"
# Learners' code runs as this user, who may not read what only graders know.
id student >/dev/null 2>&1 || useradd --create-home --shell /usr/sbin/nologin student
chmod 711 /autograder "$source"
chmod -R go-w "$source"
