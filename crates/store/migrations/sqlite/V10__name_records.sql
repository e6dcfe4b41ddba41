-- What the records of a series are called by their sender, in blocks beside those of their points.
create table record_name (
    user_id blob not null,
    series integer not null,
    class integer not null,
    bucket integer not null,
    source integer not null,
    context integer not null,
    ver integer not null,
    count integer not null,
    t_min integer not null,
    t_end_max integer not null,
    data blob not null
);
create unique index record_name_key on record_name (user_id, series, class, bucket, source, context);

-- Records that their sender no longer has, and when it last said so.
create table record_deletion (
    user_id blob not null,
    provider text not null,
    name integer not null,
    receipt integer not null,
    primary key (user_id, provider, name)
) without rowid;

-- Records in whose place another of the same source, start and length stands: they come back when that is deleted.
create table shadowed_record (
    user_id blob not null,
    series integer not null,
    source integer not null,
    context integer not null,
    start_at integer not null,
    duration_us integer not null,
    name integer not null,
    value real not null,
    offset_s integer,
    offset_kind text,
    stamp_rank integer not null,
    stamp_receipt integer not null,
    stamp_part integer not null,
    primary key (user_id, series, source, context, start_at, duration_us, name)
) without rowid;

-- Tells two devices of one model apart; null until one is told.
alter table source add column device_id text;
