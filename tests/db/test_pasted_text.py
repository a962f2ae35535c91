import pytest

from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.pasted_text import parse_pasted

_SHOP = {"host": "db", "port": "5433", "dbname": "shop", "user": "ann", "password": "s3cret"}


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:s3cret@db:5433/shop",
        "  'postgres://ann:s3cret@db:5433/shop'\n",
        "DATABASE_URL=postgres://ann:s3cret@db:5433/shop",
        'export DATABASE_URL="postgres://ann:s3cret@db:5433/shop"',
        '"url": "postgresql://ann:s3cret@db:5433/shop",',
        "postgresql+asyncpg://ann:s3cret@db:5433/shop",
        "postgresql+psycopg2://ann:s3cret@db:5433/shop",
        "jdbc:postgresql://db:5433/shop?user=ann&password=s3cret",
        "host=db port=5433 dbname=shop user=ann password=s3cret",
        "PGPASSWORD=s3cret psql -h db -p 5433 -U ann shop",
        "psql --host=db --port 5433 --username=ann -dshop",
        "psql 'postgresql://ann:s3cret@db:5433/shop'",
        "PGHOST=db PGPORT=5433 PGDATABASE=shop PGUSER=ann PGPASSWORD=s3cret",
        "export PGHOST=db\nexport PGPORT=5433\nexport PGDATABASE=shop\nPGUSER='ann'\nexport PGPASSWORD=\"s3cret\"",
        "POSTGRES_HOST: db\nPOSTGRES_PORT: 5433\nPOSTGRES_DB: shop\nPOSTGRES_USER: ann\nPOSTGRES_PASSWORD: s3cret",
        "Server=db;Port=5433;Database=shop;User Id=ann;Password=s3cret;",
        "Host=tcp:db,5433;Database=shop;Username=ann;Password='s3cret';Pooling=true",
    ],
)
def test_whatever_is_copied_leads_to_the_same_place(text: str) -> None:
    found = parse_pasted(text)
    assert found == (_SHOP if "s3cret" in text else {k: v for k, v in _SHOP.items() if k != "password"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "docker run --name pg -e POSTGRES_PASSWORD=s3cret -p 5433:5432 -d postgres:18",
            {"host": "localhost", "port": "5433", "user": "postgres", "dbname": "postgres", "password": "s3cret"},
        ),
        (
            "docker run -e POSTGRES_USER=ann \\\n --env=POSTGRES_DB=shop --publish=127.0.0.1:6000:5432 postgres",
            {"host": "localhost", "port": "6000", "user": "ann", "dbname": "shop"},
        ),
        ("psql -d 'host=db dbname=shop' -U ann", {"host": "db", "dbname": "shop", "user": "ann"}),
        ("jdbc:postgresql://db/shop?ssl=true", {"host": "db", "dbname": "shop", "sslmode": "verify-full"}),
        (
            "jdbc:postgresql://db/shop?currentSchema=a,b&ApplicationName=it%27s",
            {"host": "db", "dbname": "shop", "options": "-c search_path=a,b", "application_name": "it's"},
        ),
        ("Server=db;SSL Mode=VerifyFull", {"host": "db", "sslmode": "verify-full"}),
        ("host=db options='-c a=b;c'", {"host": "db", "options": "-c a=b;c"}),
        ("dbname=A", {"dbname": "A"}),
        ("", {}),
    ],
)
def test_what_is_left_open_stays_so(text: str, found: dict[str, str]) -> None:
    assert parse_pasted(text) == found


@pytest.mark.parametrize("text", ["nonsense", "psql 'half", "jdbc:postgresql://db/shop?noSuchThing=1", "hostt=db"])
def test_what_makes_no_sense_is_told(text: str) -> None:
    with pytest.raises(InvalidConninfo) as caught:
        parse_pasted(text)
    assert caught.value.what


def test_password_with_odd_characters_survives() -> None:
    assert parse_pasted("postgresql+asyncpg://ann:p%40ss%2F1@db/shop?application_name=a%20b")["password"] == "p@ss/1"
