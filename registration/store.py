#!/usr/bin/env python3
"""Users and events in a database: PostgreSQL, or SQLite by the same code.

`UserStore(engine)` makes each call a transaction of its own; `transaction()`
joins several. One that is given a connection works inside what was begun
there, so a test can undo all that it did.

That an account and its event are written together, and the broker is told
later, is the transactional outbox: https://microservices.io/patterns/data/
transactional-outbox.html
"""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any, Optional, Union

import sqlalchemy as sql
from sqlalchemy.exc import (ArgumentError, DatabaseError, IntegrityError,
                            OperationalError)
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.schema import CreateColumn

from accounts import (LONGEST_WAIT, AddressTaken, Event, TryLater,
                      Undeliverable, User)
from addresses import with_ascii_domain


SECONDS_TO_ANSWER = 5
LOCK = 0x7265676973746572  # "register", a number of our own.


class UtcTime(sql.TypeDecorator[datetime]):
    """A time that keeps its zone, also where the database knows none."""

    impl = sql.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Optional[datetime],
                           dialect: sql.Dialect) -> Optional[datetime]:
        """Hand the database a time in UTC."""
        return None if value is None else value.astimezone(timezone.utc)

    def process_result_value(self, value: Optional[datetime],
                             dialect: sql.Dialect) -> Optional[datetime]:
        """Return what it gave, in UTC. SQLite leaves the zone out."""
        if value is None:
            return None
        known = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return known.astimezone(timezone.utc)


metadata = sql.MetaData()
users = sql.Table(
    "users", metadata,
    sql.Column("id", sql.String(36), primary_key=True),
    sql.Column("address", sql.String(320), nullable=False),
    sql.Column("address_key", sql.String(640), nullable=False, unique=True),
    sql.Column("password_hash", sql.String(200), nullable=False),
    sql.Column("registered_at", UtcTime, nullable=False),
    sql.Column("verified_at", UtcTime))
events = sql.Table(
    "events", metadata,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("id", sql.String(36), nullable=False, unique=True),
    sql.Column("kind", sql.String(40), nullable=False),
    sql.Column("user_id", sql.ForeignKey("users.id"), nullable=False),
    sql.Column("recorded_at", UtcTime, nullable=False),
    sql.Column("published_at", UtcTime),
    sql.Column("claimed_until", UtcTime),
    sql.Column("not_before", UtcTime),
    sql.Column("tries", sql.Integer, nullable=False, server_default="0"),
    sql.Column("done_at", UtcTime))


def engine_for(url: str) -> sql.Engine:
    """Return an engine for a database's URL, with its tables made.

    Raise `TryLater` where the database is away, `ValueError` where there is
    none that can be used.
    """
    try:
        engine = _engine(url)
    except (ArgumentError, ImportError, ValueError) as error:
        raise ValueError("DATABASE_URL: a database's URL looks like "
                         "postgresql://user:password@host:5432/name or "
                         "sqlite:///accounts.db.") from error
    try:
        with _away_is_later(), engine.begin() as connection:
            _make_tables(connection)
    except DatabaseError as error:
        raise ValueError("DATABASE_URL: this database cannot be used: "
                         f"{error.orig}.") from error
    return engine


def _make_tables(connection: sql.Connection) -> None:
    """Make what is not there, by one process at a time.

    SQLite lets no other in between; PostgreSQL is asked to by a lock that ends
    with the transaction. Columns that came later are added to older tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sql.select(sql.func.pg_advisory_xact_lock(LOCK)))
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        known = {each["name"] for each in
                 sql.inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                described = CreateColumn(column).compile(connection)
                connection.exec_driver_sql(
                    f"ALTER TABLE {table.name} ADD COLUMN {described}")


def _engine(url: str) -> sql.Engine:
    """Return an engine; a plain `postgresql:` is taken for psycopg 3."""
    parsed = sql.make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    # SQLite's pool in memory has one connection, and knows no waiting for it.
    waiting = ({} if parsed.get_backend_name() == "sqlite"
               else {"pool_timeout": SECONDS_TO_ANSWER})
    engine = sql.create_engine(
        parsed, pool_pre_ping=True, hide_parameters=True, **waiting)
    if engine.dialect.name == "sqlite":
        _begin_at_once(engine)
    elif engine.dialect.name == "postgresql":
        from impatience import limit_waits  # SQLite needs no psycopg.
        limit_waits(engine)
    return engine


def _begin_at_once(engine: sql.Engine) -> None:
    """Let SQLite begin a transaction where we do, and for writing.

    By itself Python's driver begins one at the first change, which breaks
    savepoints, and lets two readers block each other when they come to write.
    What only reads waits for nobody, by a log that is written ahead:
    https://www.sqlite.org/wal.html
    """

    @sql.event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        """Leave transactions to us, and let no event be of nobody."""
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        with suppress(sqlite3.OperationalError):  # Another is just doing it.
            connection.execute("PRAGMA journal_mode = WAL")

    @sql.event.listens_for(engine, "begin")
    def begun(connection: sql.Connection) -> None:
        """Take the right to write from the beginning, if that is to be."""
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _away_is_later() -> Iterator[None]:
    """Say `TryLater` where the database is away, full, locked or busy."""
    try:
        yield
    except (OperationalError, NoConnectionFree) as error:
        raise TryLater("The database is away.") from error


def _free(now: datetime) -> sql.ColumnElement[bool]:
    """Say of an event that it may be claimed."""
    return sql.and_(events.c.done_at.is_(None), *(
        sql.or_(time.is_(None), time <= now, time > now + LONGEST_WAIT)
        for time in (events.c.claimed_until, events.c.not_before)))


def _key(address: str) -> str:
    """Return that in which the spellings of one address agree."""
    return with_ascii_domain(address).lower()


class UserStore:
    """The `Store` in a database."""

    def __init__(self, where: Union[sql.Engine, sql.Connection]) -> None:
        """Take the engine, or a connection in which to stay."""
        self._where = where

    @contextmanager
    def transaction(self) -> Iterator[UserStore]:
        """Do all that is done with the store it yields, or none of it."""
        with self._begun() as connection:
            yield UserStore(connection)

    @contextmanager
    def _begun(self, reads: bool = False) -> Iterator[sql.Connection]:
        """Yield a connection within a transaction, which may read only."""
        with _away_is_later():
            if isinstance(self._where, sql.Engine):
                engine = self._where.execution_options(reads=reads)
                with engine.begin() as connection:
                    yield connection
            else:
                with self._where.begin_nested():
                    yield self._where

    def add(self, user: User) -> None:
        """Keep a new user; raise `AddressTaken` where the address is known."""
        try:
            with self._begun() as connection:
                connection.execute(sql.insert(users).values(
                    id=user.id, address=user.address,
                    address_key=_key(user.address),
                    password_hash=user.password_hash,
                    registered_at=user.registered_at,
                    verified_at=user.verified_at))
        except IntegrityError as error:
            raise AddressTaken from error

    def get(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""
        return self._user(users.c.id == user_id)

    def by_address(self, address: str) -> Optional[User]:
        """Return the user of an address, in whatever case it is written."""
        return self._user(users.c.address_key == _key(address))

    def hold(self, address: str) -> Optional[User]:
        """Return the user of an address, to decide about in a transaction.

        Its row is locked. SQLite, which locks no rows, lets one write alone.
        """
        return self._user(users.c.address_key == _key(address), held=True)

    def _user(self, wanted: sql.ColumnElement[bool],
              held: bool = False) -> Optional[User]:
        """Return the one user for whom something holds."""
        query = sql.select(users).where(wanted)
        with self._begun(reads=not held) as connection:
            row = connection.execute(
                query.with_for_update() if held else query).one_or_none()
        if row is None:
            return None
        return User(row.id, row.address, row.password_hash,
                    row.registered_at, row.verified_at)

    def renew(self, user: User) -> None:
        """Let a user, known by the id, have registered anew."""
        with self._begun() as connection:
            connection.execute(
                sql.update(users).where(users.c.id == user.id)
                .values(address=user.address,
                        password_hash=user.password_hash,
                        registered_at=user.registered_at))

    def verify(self, user: User, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news."""
        with self._begun() as connection:
            changed = connection.execute(
                sql.update(users)
                .where(users.c.id == user.id, users.c.verified_at.is_(None),
                       users.c.registered_at == user.registered_at)
                .values(verified_at=now))
        return changed.rowcount == 1

    def forget(self, registered_before: datetime) -> None:
        """Forget who registered before a time and has not verified since.

        Their rows are locked first, so none of them can begin anew meanwhile.
        """
        late = sql.and_(users.c.verified_at.is_(None),
                        users.c.registered_at < registered_before)
        with self._begun() as connection:
            found = connection.execute(
                sql.select(users.c.id).where(late).limit(1000)
                .with_for_update(skip_locked=True)).scalars().all()
            if found:
                connection.execute(sql.delete(events).where(
                    events.c.user_id.in_(found)))
                connection.execute(sql.delete(users).where(
                    users.c.id.in_(found)))

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""
        with self._begun() as connection:
            connection.execute(sql.insert(events).values(
                id=event.id, kind=event.kind, user_id=event.user_id,
                recorded_at=now))

    def recorded(self, user_id: str, kind: str, since: datetime) -> int:
        """Return how many events of a kind a user has had since a time."""
        with self._begun(reads=True) as connection:
            return connection.execute(
                sql.select(sql.func.count()).select_from(events)
                .where(events.c.user_id == user_id, events.c.kind == kind,
                       events.c.recorded_at > since)).scalar_one()

    def pending(self, now: datetime, published_before: datetime
                ) -> list[Event]:
        """Return events to be published, at most 100, in their order."""
        with self._begun(reads=True) as connection:
            rows = connection.execute(
                sql.select(events)
                .where(_free(now),
                       sql.or_(events.c.published_at.is_(None),
                               events.c.published_at < published_before,
                               events.c.published_at > now))
                .order_by(events.c.number).limit(100)).all()
        return [Event(row.id, row.kind, row.user_id) for row in rows]

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""
        self._note(event_id, published_at=now)

    def unpublish(self) -> None:
        """Note that no broker has an event, and that none has to wait."""
        with self._begun() as connection:
            connection.execute(
                sql.update(events).where(events.c.done_at.is_(None))
                .values(published_at=None, not_before=None))

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time.

        One statement looks and takes, so that of two only one succeeds.
        """
        with self._begun() as connection:
            claimed = connection.execute(
                sql.update(events)
                .where(events.c.id == event_id, _free(now))
                .values(claimed_until=until, tries=events.c.tries + 1))
            if claimed.rowcount == 1:
                return True
            known = connection.execute(
                sql.select(events.c.id)
                .where(events.c.id == event_id)).one_or_none()
        if known is None:
            raise Undeliverable("This event was never recorded.")
        return False

    def tries(self, event_id: str) -> int:
        """Return how often an event was claimed."""
        with self._begun(reads=True) as connection:
            return connection.execute(
                sql.select(events.c.tries)
                .where(events.c.id == event_id)).scalar_one()

    def put_off(self, event_id: str, until: datetime) -> None:
        """Give a claimed event back, to be pending again at a time."""
        self._note(event_id, claimed_until=None, published_at=None,
                   not_before=until)

    def done(self, event_id: str, now: datetime) -> None:
        """Note that nothing more is to be done about an event."""
        self._note(event_id, done_at=now)

    def _note(self, event_id: str, **values: Optional[datetime]) -> None:
        """Change what is known of an event."""
        with self._begun() as connection:
            connection.execute(
                sql.update(events).where(events.c.id == event_id)
                .values(**values))
