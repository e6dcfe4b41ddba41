-- Files that are handed in piece by piece.
create table upload (
    user_id uuid not null,
    id uuid not null,
    team_id uuid not null,
    -- bytes it is to have, and has
    length bigint not null,
    kept bigint not null,
    file_name text,
    time_zone text,
    created_at bigint not null,
    expires_at bigint not null,
    -- the delivery that it became, and where its body lies
    receipt bigint,
    spool text,
    primary key (user_id, id)
);
create index upload_expiring on upload (expires_at);

create table upload_segment (
    user_id uuid not null,
    upload_id uuid not null,
    number bigint not null,
    spool text not null,
    size bigint not null,
    primary key (user_id, upload_id, number)
);
create index upload_segment_spool on upload_segment (spool);
