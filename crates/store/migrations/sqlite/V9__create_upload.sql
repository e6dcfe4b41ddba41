-- Files that are handed in piece by piece.
create table upload (
    user_id blob not null,
    id blob not null,
    team_id blob not null,
    -- bytes it is to have, and has
    length integer not null,
    kept integer not null,
    file_name text,
    time_zone text,
    created_at integer not null,
    expires_at integer not null,
    -- the delivery that it became, and where its body lies
    receipt integer,
    spool text,
    primary key (user_id, id)
) without rowid;
create index upload_expiring on upload (expires_at);

create table upload_segment (
    user_id blob not null,
    upload_id blob not null,
    number integer not null,
    spool text not null,
    size integer not null,
    primary key (user_id, upload_id, number)
) without rowid;
create index upload_segment_spool on upload_segment (spool);
