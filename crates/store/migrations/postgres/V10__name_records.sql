-- What the records of a series are called by their sender, in blocks beside those of their points.
create table record_name (
    user_id uuid not null,
    series smallint not null,
    class smallint not null,
    bucket integer not null,
    source integer not null,
    context integer not null,
    ver bigint not null,
    count integer not null,
    t_min bigint not null,
    t_end_max bigint not null,
    data bytea not null
);
create unique index record_name_key on record_name (user_id, series, class, bucket, source, context);

-- Records that their sender no longer has, and when it last said so.
create table record_deletion (
    user_id uuid not null,
    provider text not null,
    name bigint not null,
    receipt bigint not null,
    primary key (user_id, provider, name)
);

-- Records in whose place another of the same source, start and length stands: they come back when that is deleted.
create table shadowed_record (
    user_id uuid not null,
    series smallint not null,
    source integer not null,
    context integer not null,
    start_at bigint not null,
    duration_us bigint not null,
    name bigint not null,
    value double precision not null,
    offset_s integer,
    offset_kind text,
    stamp_rank integer not null,
    stamp_receipt bigint not null,
    stamp_part integer not null,
    primary key (user_id, series, source, context, start_at, duration_us, name)
);

-- Tells two devices of one model apart; null until one is told.
alter table source add column device_id text;
