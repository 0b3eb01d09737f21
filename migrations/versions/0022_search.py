"""One index of words over groups, engagements, concerns and actions, kept by triggers: no row is ever missing from it.

A document is a record's text and, behind a character that nobody's words can hold, whose it is: its team, who recorded it,
its force. On SQLite it is a row of an FTS5 table without content, on PostgreSQL a row with a `tsvector`. `search_wide` names
the engagements that others than their own team may read, for a group that was there.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCOPE = "\ue000"  # of a private area: no tokenizer breaks a word at it, and no word that is searched for holds it

# What stands in a document: its table and number, the columns of its text, and the marks of whose it is with their columns.
DOCUMENTS = {
    "group": ("community_group", 0, ("name", "about"), {"g": "force_id"}),
    "engagement": ("engagement", 1, ("summary", "place"), {"e": "team_id", "o": "recorded_by_id"}),
    "concern": ("concern", 2, ("title", "place", "detail"), {"c": "team_id"}),
    "action": ("action", 3, ("what", "partner", "reference", "result"), {"a": "team_id", "p": "officer_id"}),
    "name": ("community_group", 4, ("name",), {"n": "force_id"}),  # any officer may find a group by it
}
KINDS = 8  # numbers that there is room for in the key of a document
AT_ONCE = 20  # calls within each other that SQLite's parser has room for
APOSTROPHES = "'’‘ʼ\u00ad"  # and the hyphen that shows at a line's end alone, which text from Word or a PDF brings along
NO_LETTER = SCOPE + "\uf0b7"  # nobody writes a mark into their text, and the dot that Word makes before a line is none of its first word
LETTERS = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
    "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ﬁ": "fi", "ﬂ": "fl", "½": "1/2", "¼": "1/4", "¾": "3/4", "²": "2", "³": "3",
}  # fmt: skip
WIDE = {  # which engagements are read by others than their team: told by what changed
    ("engagement_group", "INSERT"): "SELECT {new}.engagement_id WHERE {apart}",
    ("engagement_group", "UPDATE OF engagement_id, group_id"): "SELECT {new}.engagement_id WHERE {apart}",
    ("group_neighbourhood", "INSERT"): "SELECT engagement_id FROM engagement_group WHERE group_id = {new}.group_id",
    ("community_group", "UPDATE OF team_id"): "SELECT engagement_id FROM engagement_group WHERE group_id = {new}.id",
}
APART = (
    "(SELECT team_id FROM community_group WHERE id = {new}.group_id) <> (SELECT team_id FROM engagement WHERE id = {new}.engagement_id)"
    " OR EXISTS (SELECT 1 FROM group_neighbourhood WHERE group_id = {new}.group_id)"
)

MOVED = "INSERT OR IGNORE INTO search_wide SELECT new.id WHERE new.team_id <> old.team_id;"
GONE = "DELETE FROM search_wide WHERE engagement_id = old.id;"


def upgrade() -> None:
    op.create_table(
        "search_wide",
        sa.Column("engagement_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("engagement_id", name=op.f("pk_search_wide")),
    )
    groups = "engagement_group t JOIN community_group g ON g.id = t.group_id JOIN engagement e ON e.id = t.engagement_id"
    spans = "EXISTS (SELECT 1 FROM group_neighbourhood n WHERE n.group_id = g.id)"
    op.execute(f"INSERT INTO search_wide SELECT DISTINCT e.id FROM {groups} WHERE g.team_id <> e.team_id OR {spans}")
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in _triggers():
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
    if sqlite:
        op.execute("DROP TABLE search_term")
        op.execute("DROP TABLE search_index")
    else:
        for name in (*DOCUMENTS, "wide", *(f"wide_{n}" for n in range(len(WIDE)))):
            op.execute(f"DROP FUNCTION search_{name}()")
        op.drop_table("search_index")
        op.execute("DROP FUNCTION search_words(text)")
    op.drop_table("search_wide")


def _triggers() -> list[tuple[str, str]]:
    """Every trigger with its table."""
    kept = [(f"search_{name}_{what}", one[0]) for name, one in DOCUMENTS.items() for what in ("insert", "update", "delete")]
    return [*kept, *((f"search_wide_{n}", table) for n, (table, _when) in enumerate(WIDE)), ("search_wide_insert", "search_wide")]


def _told_by(columns: tuple[str, ...], marks: dict[str, str]) -> str:
    """The columns that a document follows from."""
    return ", ".join(dict.fromkeys((*columns, *marks.values(), "force_id")))


def _document(name: str, row: str, *, wide: str = "") -> str:
    """The text and the marks of a row as one text; `wide` is what an engagement has besides if others may read it."""
    _table, _kind, columns, marks = DOCUMENTS[name]
    text = " || ' ' || ".join(f"{row}.{column}" for column in columns)
    said = " || ".join(f"' {SCOPE}{mark}' || coalesce({row}.{column}, 0)" for mark, column in marks.items())
    return f"{_plain(text)} || {said}{wide}"


def _if_wide(name: str, row: str) -> str:
    if name != "engagement":
        return ""
    return f" || CASE WHEN EXISTS (SELECT 1 FROM search_wide WHERE engagement_id = {row}.id) THEN {_wide(row)} ELSE '' END"


def _wide(row: str) -> str:
    return f"' {SCOPE}x' || {row}.force_id"


def _plain(text: str) -> str:
    """On SQLite the tokenizer folds case and accents; it is helped with apostrophes, and with letters that are none with an accent."""
    if op.get_bind().dialect.name != "sqlite":
        return f"({text})"
    ascii_ = f"replace(replace({text}, '''', ''), '&', ' and ')"
    other, signs = ascii_, list((dict.fromkeys(APOSTROPHES[1:], "") | dict.fromkeys(NO_LETTER, " ") | LETTERS).items())
    for start in range(0, len(signs), AT_ONCE):
        said = "said"
        for sign, written in signs[start : start + AT_ONCE]:
            said = f"replace({said}, '{sign}', '{written}')"
        other = f"(SELECT {said} FROM (SELECT {other} AS said))"
    return f"CASE WHEN length(CAST({text} AS BLOB)) = length({text}) THEN {ascii_} ELSE {other} END"


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')"
    )
    op.execute("CREATE VIRTUAL TABLE search_term USING fts5vocab(search_index, row)")
    for name, (table, kind, columns, marks) in DOCUMENTS.items():
        new, old = (f"({row}.id * {KINDS} + {kind}, {_document(name, row, wide=_if_wide(name, row))})" for row in ("new", "old"))
        # A new engagement is nobody else's yet.
        first = f"INSERT INTO search_index (rowid, words) VALUES (new.id * {KINDS} + {kind}, {_document(name, 'new')});"
        put = f"INSERT INTO search_index (rowid, words) VALUES {new};"
        out = f"INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', {old[1:]};"
        moved, gone = (MOVED, GONE) if name == "engagement" else ("", "")
        all_ = f"SELECT r.id * {KINDS} + {kind}, {_document(name, 'r', wide=_if_wide(name, 'r'))} FROM {table} r"
        op.execute(f"INSERT INTO search_index (rowid, words) {all_}")
        op.execute(f"CREATE TRIGGER search_{name}_insert AFTER INSERT ON {table} BEGIN {first} END")
        op.execute(
            f"CREATE TRIGGER search_{name}_update AFTER UPDATE OF {_told_by(columns, marks)} ON {table} BEGIN {out} {put} {moved} END"
        )
        op.execute(f"CREATE TRIGGER search_{name}_delete AFTER DELETE ON {table} BEGIN {out} {gone} END")
    for n, ((table, when), asked) in enumerate(WIDE.items()):
        found = asked.format(new="new", apart=APART.format(new="new"))
        op.execute(f"CREATE TRIGGER search_wide_{n} AFTER {when} ON {table} BEGIN INSERT OR IGNORE INTO search_wide {found}; END")
    without, with_ = _document("engagement", "e"), _document("engagement", "e", wide=f" || {_wide('e')}")
    where = "FROM engagement e WHERE e.id = new.engagement_id"
    op.execute(
        "CREATE TRIGGER search_wide_insert AFTER INSERT ON search_wide BEGIN "
        f"INSERT INTO search_index (search_index, rowid, words) SELECT 'delete', e.id * {KINDS} + 1, {without} {where}; "
        f"INSERT INTO search_index (rowid, words) SELECT e.id * {KINDS} + 1, {with_} {where}; END"
    )


# What a word is on PostgreSQL, whose own parser knows other words in each locale: letters without case and accents, cut where no letter is.
CAPITALS = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЇҐЂЈЉЊЋЏ"
SMALL = "αβγδεζηθικλμνξοπρστυφχψωσабвгдежзийклмнопрстуфхцчшщъыьэюяєіїґђјљњћџ"
NO_LETTERS = (
    r"[\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20ff\u2190-\u245f\u2500-\u2bff"
    r"\u3000-\u303f\ue000-\uf8ff\ufe00-\ufe6f\ufff0-\uffff\U0001f000-\U0001faff]+"
)
LONGEST_WORD = 40


def _postgresql() -> None:
    said = "replace(normalize(said, NFKD), '&', ' and ')"
    for letter, letters in LETTERS.items():
        if len(letters) > 1:
            said = f"replace({said}, '{letter}', '{letters}')"
    single = {letter: small for letter, small in LETTERS.items() if len(small) == 1}
    said = f"regexp_replace({said}, '[\\u0300-\\u036f{APOSTROPHES.replace(chr(39), chr(39) * 2)}]+', '', 'g')"
    said = f"translate(lower({said}), '{''.join(single)}{CAPITALS}', '{''.join(single.values())}{SMALL}')"
    said = f"regexp_replace(regexp_replace({said}, '{NO_LETTERS}', ' ', 'g'), '([^ ]{{{LONGEST_WORD}}})[^ ]+', '\\1', 'g')"
    op.execute(
        "CREATE FUNCTION search_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
        f"$$ SELECT array_to_tsvector(string_to_array(btrim({said}), ' ')) $$"
    )
    op.create_table(
        "search_index",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_search_index")),
    )
    for name, (table, kind, columns, marks) in DOCUMENTS.items():
        op.execute(f"INSERT INTO search_index SELECT {kind}, r.id, {_vector(name, 'r')} FROM {table} r")
        op.execute(
            f"CREATE FUNCTION search_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN DELETE FROM search_index WHERE kind = {kind} AND id = old.id; {_gone(name)} RETURN NULL; END IF; "
            f"INSERT INTO search_index AS kept VALUES ({kind}, new.id, {_vector(name, 'new')}) "
            f"ON CONFLICT (kind, id) DO UPDATE SET words = excluded.words{_still_wide(name)}; {_moved(name)} RETURN NULL; END $$"
        )
        for what, when in (("insert", "INSERT"), ("update", f"UPDATE OF {_told_by(columns, marks)}"), ("delete", "DELETE")):
            op.execute(f"CREATE TRIGGER search_{name}_{what} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION search_{name}()")
    op.execute("CREATE INDEX search_index_words ON search_index USING gin (words)")
    for n, ((table, when), asked) in enumerate(WIDE.items()):
        found = asked.format(new="new", apart=APART.format(new="new"))
        op.execute(
            f"CREATE FUNCTION search_wide_{n}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO search_wide {found} ON CONFLICT DO NOTHING; RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER search_wide_{n} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION search_wide_{n}()")
    op.execute(
        "CREATE FUNCTION search_wide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"UPDATE search_index SET words = words || {_marks(_wide('e'))} FROM engagement e "
        "WHERE search_index.kind = 1 AND search_index.id = new.engagement_id AND e.id = new.engagement_id; RETURN NULL; END $$"
    )
    op.execute("CREATE TRIGGER search_wide_insert AFTER INSERT ON search_wide FOR EACH ROW EXECUTE FUNCTION search_wide()")
    op.execute(f"UPDATE search_index SET words = words || {_marks(_wide('e'))} FROM engagement e JOIN search_wide w ON w.engagement_id = e.id "
               "WHERE search_index.kind = 1 AND search_index.id = e.id")  # fmt: skip


def _vector(name: str, row: str) -> str:
    _table, _kind, columns, marks = DOCUMENTS[name]
    text = " || ' ' || ".join(f"{row}.{column}" for column in columns)
    said = ", ".join(f"'{SCOPE}{mark}' || coalesce({row}.{column}, 0)" for mark, column in marks.items())
    return f"search_words({text}) || array_to_tsvector(ARRAY[{said}])"


def _marks(said: str) -> str:
    return f"array_to_tsvector(ARRAY[btrim({said})])"


def _still_wide(name: str) -> str:
    """What others may read stays so: it is read off the document that is replaced, as it is once nobody else writes it."""
    mark = f"'{SCOPE}x' || new.force_id"
    return f" || CASE WHEN kept.words @@ CAST({mark} AS tsquery) THEN {_marks(mark)} ELSE '' END" if name == "engagement" else ""


def _moved(name: str) -> str:
    moved = "INSERT INTO search_wide VALUES (new.id) ON CONFLICT DO NOTHING;"
    return f"IF TG_OP = 'UPDATE' AND new.team_id <> old.team_id THEN {moved} END IF;" if name == "engagement" else ""


def _gone(name: str) -> str:
    return GONE if name == "engagement" else ""
