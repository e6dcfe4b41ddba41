-- What was erased, kept for ever: a backup that is older than an erasure is brought up to date with it. Ids only.
create table erased (
    erased_user blob not null,
    -- 16 zero bytes: the user with everything
    erased_connection blob not null,
    at integer not null,
    -- whether it stands in the file beside the store, too
    logged integer not null default 0,
    primary key (erased_user, erased_connection, at)
) without rowid;
create index erased_unlogged on erased (logged) where logged = 0;
