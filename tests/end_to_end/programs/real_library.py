"""A program that uses a library. Usage: real_library.py REPORT LIBRARY.

Builds what programs typically build with it, then reports it (see oracle.py).
"""

import gc
import sys

import oracle

KEPT = {}


def numpy():
    import numpy

    structured = numpy.zeros(100, dtype=[("name", "U10"), ("value", "f8"), ("nested", [("a", "i4")])])
    objects = numpy.array([["an item"], {"a": 1}, None, 12345678901], dtype=object)
    owner = numpy.arange(1_000_000, dtype="f8").reshape(1000, 1000)
    fortran = numpy.asfortranarray(owner)
    iterator = numpy.nditer(owner[:3])
    next(iterator)
    return {
        "plain": [numpy.arange(number) for number in range(100)],
        "kinds": [numpy.zeros(50, dtype=kind) for kind in "?bBhHiIlLqQefdgFDG"],
        "texts": [numpy.array(["a", "bcd"]), numpy.array([b"x"]), numpy.array(["2024-01-01"], "M8[D]")],
        "views": [owner, owner[::2], owner.T, fortran, owner.ravel(), memoryview(owner[0])],
        "scalars": [numpy.float64(1.5), numpy.int32(7), numpy.str_("text"), numpy.datetime64("now"), structured[0]],
        "structured": [structured, structured["value"], structured.view(numpy.recarray), structured.dtype],
        "objects": [objects, objects.reshape(2, 2), numpy.array([objects, None], dtype=object)],
        "masked": numpy.ma.masked_array([1, 2, 3], mask=[0, 1, 0]),
        "random": numpy.random.default_rng(5),
        "legacy random": numpy.random.RandomState(5),
        "function": numpy.frompyfunc(lambda value: value, 1, 1),
        "vectorized": numpy.vectorize(lambda value: value),
        "polynomial": numpy.polynomial.Polynomial([1, 2, 3]),
        "iterators": [iterator, owner.flat, numpy.broadcast(owner, owner[0]), numpy.ndindex(3, 4)],
        "from buffer": numpy.frombuffer(bytearray(80), dtype="f8"),
        "matrix": numpy.matrix([[1, 2], [3, 4]]),
    }


def pandas():
    import pandas

    frame = pandas.DataFrame(
        {
            "number": range(5000),
            "real": [number / 7 for number in range(5000)],
            "text": ["text %d" % (number % 50) for number in range(5000)],
            "day": pandas.date_range("2024-01-01", periods=5000, freq="h"),
            "kind": pandas.Categorical(["a", "b"] * 2500),
        }
    )
    grouped = frame.groupby("kind")
    indexed = frame.set_index(["text", "day"])
    return {
        "frame": frame,
        "grouped": [grouped, grouped["real"].mean(), frame.groupby("text").agg({"real": ["sum", "max"]})],
        "indexed": [indexed, indexed.index, frame.pivot_table(index="text", columns="kind", values="real")],
        "series": [frame["real"], frame["text"].str.upper(), frame["day"].dt.date, frame["number"].rolling(5)],
        "joined": frame.merge(frame, on="number"),
        "missing": pandas.array([1, None, 3], dtype="Int64"),
        "interval": pandas.interval_range(0, 5),
        "time": [pandas.Timestamp("2024-01-01", tz="UTC"), pandas.Timedelta("1 day"), pandas.Period("2024-01"), pandas.NaT],
        "read": pandas.read_json("[{\"a\": 1}, {\"a\": 2}]"),
    }


def sqlalchemy():
    import sqlalchemy
    from sqlalchemy import orm

    base = orm.declarative_base()

    class Owner(base):
        __tablename__ = "owner"
        id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
        name = sqlalchemy.Column(sqlalchemy.String(50), index=True)
        things = orm.relationship("Thing", back_populates="owner")

    class Thing(base):
        __tablename__ = "thing"
        id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
        price = sqlalchemy.Column(sqlalchemy.Numeric(10, 2))
        owner_id = sqlalchemy.Column(sqlalchemy.ForeignKey("owner.id"))
        owner = orm.relationship(Owner, back_populates="things")

    engine = sqlalchemy.create_engine("sqlite://")
    base.metadata.create_all(engine)
    session = orm.Session(engine)
    for number in range(50):
        session.add(Owner(name="owner %d" % number, things=[Thing(price=number), Thing(price=1)]))
    session.commit()
    found = session.query(Owner).options(orm.selectinload(Owner.things)).filter(Owner.name.like("%1%")).all()
    total = session.query(sqlalchemy.func.sum(Thing.price)).join(Owner).group_by(Owner.name).all()
    result = session.execute(sqlalchemy.select(Owner).where(Owner.id > 10))
    return {"session": session, "found": found, "total": total, "result": result, "row": next(result)}


def django():
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    )
    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.db import connection, models
    from django.template import engines
    from django.test import RequestFactory

    call_command("migrate", verbosity=0)
    group = Group.objects.create(name="a group")
    for number in range(50):
        User.objects.create(username="user %d" % number).groups.add(group)
    found = list(User.objects.filter(username__contains="1").prefetch_related("groups"))
    template = engines["django"].from_string("{% for user in users %}{{ user.username|upper }}{% endfor %}")
    return {
        "found": found,
        "lazy": User.objects.annotate(number=models.Count("groups")).order_by("-number"),
        "text": template.render({"users": found}),
        "template": template,
        "request": RequestFactory().get("/a/path?a=1"),
        "connection": connection.cursor(),
    }


class Clearing:
    def __del__(self):
        self.__dict__.clear()


def leave_garbage():
    """Cycles that also hold what is kept."""
    for thing in KEPT["contents"].values():
        one, other = Clearing(), [thing]
        one.itself, one.freed, other[len(other) :] = one, ["freed by the finalizer"], [other, one]


def main():
    gc.disable()
    KEPT["contents"] = globals()[sys.argv[2]]()
    gc.collect()
    leave_garbage()
    oracle.answer_commands(sys.argv[1])


if __name__ == "__main__":
    main()
