#!/usr/bin/env python3
"""Users and events in a database: PostgreSQL, or SQLite by the same code.

`UserStore(engine)` makes each call a transaction of its own; `transaction()`
joins several. One that is given a session works inside what was begun there,
so a test can undo all that it did. What several may do at once is one UPDATE,
which looks and changes: objects that are read, changed and flushed would leave
time between for somebody else.

A row is neither a `User` nor an `Event`: those two are what all parts speak
of, and they know no database. Whoever changes a table adds a migration, as
README.md says.

That an account and its event are written together, and the broker is told
later, is the transactional outbox: https://microservices.io/patterns/data/
transactional-outbox.html
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Optional, Union

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from accounts import (LONGEST_WAIT, AddressTaken, Event, TryLater,
                      Undeliverable, User)
from addresses import with_ascii_domain
from engines import engine_at, refused
from schema import prepare


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


class Base(DeclarativeBase):
    """What all tables share: the type of a time, and names of constraints.

    A migration can change only what has a name. These are PostgreSQL's own:
    https://alembic.sqlalchemy.org/en/latest/naming.html
    """

    metadata = sql.MetaData(naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_name)s_idx"})
    type_annotation_map = {datetime: UtcTime}


class UserRow(Base):
    """An account. In `address_key` all spellings of its address agree."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(sql.String(36), primary_key=True)
    address: Mapped[str] = mapped_column(sql.String(320))
    address_key: Mapped[str] = mapped_column(sql.String(640), unique=True)
    password_hash: Mapped[str] = mapped_column(sql.String(200))
    registered_at: Mapped[datetime]
    verified_at: Mapped[Optional[datetime]]


class EventRow(Base):
    """An event, and how far it has come."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(sql.String(36), unique=True)
    kind: Mapped[str] = mapped_column(sql.String(40))
    user_id: Mapped[str] = mapped_column(
        sql.ForeignKey(UserRow.id), index=True)
    recorded_at: Mapped[datetime]
    published_at: Mapped[Optional[datetime]]
    claimed_until: Mapped[Optional[datetime]]
    not_before: Mapped[Optional[datetime]]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    done_at: Mapped[Optional[datetime]]


# Most events are done, and are looked for no more.
sql.Index("events_pending_idx", EventRow.number,
          sqlite_where=EventRow.done_at.is_(None),
          postgresql_where=EventRow.done_at.is_(None))


def engine_for(url: str) -> sql.Engine:
    """Return an engine for a database's URL, whose tables are there.

    Those of a new database are made. Raise `TryLater` where the database is
    away, `ValueError` where there is none that can be used.
    """
    engine = engine_at(url)
    with refused(), _away_is_later(), engine.begin() as connection:
        prepare(connection, Base.metadata)
    return engine


@contextmanager
def _away_is_later() -> Iterator[None]:
    """Say `TryLater` where the database is away, full, locked or busy."""
    try:
        yield
    except (OperationalError, NoConnectionFree) as error:
        raise TryLater("The database is away.") from error


def _free(now: datetime) -> sql.ColumnElement[bool]:
    """Say of an event that it may be claimed."""
    return sql.and_(EventRow.done_at.is_(None), *(
        sql.or_(time.is_(None), time <= now, time > now + LONGEST_WAIT)
        for time in (EventRow.claimed_until, EventRow.not_before)))


def _key(address: str) -> str:
    """Return that in which the spellings of one address agree."""
    return with_ascii_domain(address).lower()


def _user_in(row: UserRow) -> User:
    """Return the user that a row tells of."""
    return User(row.id, row.address, row.password_hash,
                row.registered_at, row.verified_at)


class UserStore:
    """The `Store` in a database."""

    def __init__(self, where: Union[sql.Engine, sql.Connection, Session]
                 ) -> None:
        """Take the engine; or a session or connection in which to stay.

        What was begun there, nobody ends here.
        """
        self._where = where if not isinstance(where, sql.Connection) else (
            Session(where, join_transaction_mode="create_savepoint"))

    @contextmanager
    def transaction(self) -> Iterator[UserStore]:
        """Do all that is done with the store it yields, or none of it."""
        with self._begun() as session:
            yield UserStore(session)

    @contextmanager
    def _begun(self, reads: bool = False) -> Iterator[Session]:
        """Yield a session within a transaction, which may read only.

        In a session that is there already it is a savepoint, and whoever has
        begun that session ends it.
        """
        with _away_is_later():
            if isinstance(self._where, sql.Engine):
                with Session(self._where) as session, session.begin():
                    # Now, and not when the first statement comes.
                    session.connection(execution_options={"reads": reads})
                    yield session
            else:
                with self._where.begin_nested():
                    yield self._where

    def add(self, user: User) -> None:
        """Keep a new user; raise `AddressTaken` where the address is known."""
        try:
            with self._begun() as session:
                session.add(UserRow(
                    id=user.id, address=user.address,
                    address_key=_key(user.address),
                    password_hash=user.password_hash,
                    registered_at=user.registered_at,
                    verified_at=user.verified_at))
        except IntegrityError as error:
            raise AddressTaken from error

    def get(self, user_id: str) -> Optional[User]:
        """Return the user of an id."""
        return self._user(UserRow.id == user_id)

    def by_address(self, address: str) -> Optional[User]:
        """Return the user of an address, in whatever case it is written."""
        return self._user(UserRow.address_key == _key(address))

    def hold(self, address: str) -> Optional[User]:
        """Return the user of an address, to decide about in a transaction.

        Its row is locked. SQLite, which locks no rows, lets one write alone.
        """
        return self._user(UserRow.address_key == _key(address), held=True)

    def _user(self, wanted: sql.ColumnElement[bool],
              held: bool = False) -> Optional[User]:
        """Return the one user for whom something holds."""
        query = sql.select(UserRow).where(wanted)
        with self._begun(reads=not held) as session:
            row = session.scalars(
                query.with_for_update() if held else query).one_or_none()
            return row and _user_in(row)

    def renew(self, user: User) -> None:
        """Let a user, known by the id, have registered anew."""
        with self._begun() as session:
            session.execute(
                sql.update(UserRow).where(UserRow.id == user.id)
                .values(address=user.address,
                        password_hash=user.password_hash,
                        registered_at=user.registered_at))

    def verify(self, user: User, now: datetime) -> bool:
        """Note that the address is the user's; tell if that was news."""
        with self._begun() as session:
            changed = session.execute(
                sql.update(UserRow)
                .where(UserRow.id == user.id, UserRow.verified_at.is_(None),
                       UserRow.registered_at == user.registered_at)
                .values(verified_at=now))
        return changed.rowcount == 1

    def forget(self, registered_before: datetime) -> None:
        """Forget who registered before a time and has not verified since.

        Their rows are locked first, so none of them can begin anew meanwhile.
        """
        late = sql.and_(UserRow.verified_at.is_(None),
                        UserRow.registered_at < registered_before)
        with self._begun() as session:
            found = session.scalars(
                sql.select(UserRow.id).where(late).limit(1000)
                .with_for_update(skip_locked=True)).all()
            if found:
                session.execute(sql.delete(EventRow).where(
                    EventRow.user_id.in_(found)))
                session.execute(sql.delete(UserRow).where(
                    UserRow.id.in_(found)))

    def record(self, event: Event, now: datetime) -> None:
        """Keep an event until it is done."""
        with self._begun() as session:
            session.add(EventRow(
                id=event.id, kind=event.kind, user_id=event.user_id,
                recorded_at=now))

    def recorded(self, user_id: str, kind: str, since: datetime) -> int:
        """Return how many events of a kind a user has had since a time."""
        with self._begun(reads=True) as session:
            return session.scalars(
                sql.select(sql.func.count()).select_from(EventRow)
                .where(EventRow.user_id == user_id, EventRow.kind == kind,
                       EventRow.recorded_at > since)).one()

    def pending(self, now: datetime, published_before: datetime
                ) -> list[Event]:
        """Return events to be published, at most 100, in their order."""
        with self._begun(reads=True) as session:
            rows = session.scalars(
                sql.select(EventRow)
                .where(_free(now),
                       sql.or_(EventRow.published_at.is_(None),
                               EventRow.published_at < published_before,
                               EventRow.published_at > now))
                .order_by(EventRow.number).limit(100))
            return [Event(row.id, row.kind, row.user_id) for row in rows]

    def published(self, event_id: str, now: datetime) -> None:
        """Note that the broker has an event."""
        self._note(event_id, published_at=now)

    def unpublish(self) -> None:
        """Note that no broker has an event, and that none has to wait."""
        with self._begun() as session:
            session.execute(
                sql.update(EventRow).where(EventRow.done_at.is_(None))
                .values(published_at=None, not_before=None))

    def claim(self, event_id: str, now: datetime, until: datetime) -> bool:
        """Take an event for oneself up to a certain time.

        One statement looks and takes, so that of two only one succeeds.
        """
        with self._begun() as session:
            claimed = session.execute(
                sql.update(EventRow)
                .where(EventRow.id == event_id, _free(now))
                .values(claimed_until=until, tries=EventRow.tries + 1))
            if claimed.rowcount == 1:
                return True
            known = session.scalars(
                sql.select(EventRow.id)
                .where(EventRow.id == event_id)).one_or_none()
        if known is None:
            raise Undeliverable("This event was never recorded.")
        return False

    def tries(self, event_id: str) -> int:
        """Return how often an event was claimed."""
        with self._begun(reads=True) as session:
            return session.scalars(
                sql.select(EventRow.tries)
                .where(EventRow.id == event_id)).one()

    def put_off(self, event_id: str, until: datetime) -> None:
        """Give a claimed event back, to be pending again at a time."""
        self._note(event_id, claimed_until=None, published_at=None,
                   not_before=until)

    def done(self, event_id: str, now: datetime) -> None:
        """Note that nothing more is to be done about an event."""
        self._note(event_id, done_at=now)

    def _note(self, event_id: str, **values: Optional[datetime]) -> None:
        """Change what is known of an event."""
        with self._begun() as session:
            session.execute(
                sql.update(EventRow).where(EventRow.id == event_id)
                .values(**values))
