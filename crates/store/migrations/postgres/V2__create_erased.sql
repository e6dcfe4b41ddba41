-- What was erased, kept for ever: a backup that is older than an erasure is brought up to date with it. Ids only.
create table erased (
    erased_user uuid not null,
    -- 16 zero bytes: the user with everything
    erased_connection uuid not null,
    at bigint not null,
    -- whether it stands in a file beside the store, too
    logged smallint not null default 0,
    primary key (erased_user, erased_connection, at)
);
