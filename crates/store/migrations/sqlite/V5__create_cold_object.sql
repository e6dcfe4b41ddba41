-- Old samples that lie outside the store: an object for each user, provider and month, and further ones for what
-- came late.
alter table retention_policy add column cold_days integer;
alter table retention_done add column points_cooled integer not null default 0;

create table cold_object (
    user_id blob not null,
    provider text not null,
    -- since January 1970, UTC
    month integer not null,
    -- the second at which it was begun, or a later one: so no name is given twice
    number integer not null,
    team_id blob not null,
    begun_at integer not null,
    -- null: it is being written, or whoever wrote it died
    kept_at integer,
    points integer not null default 0,
    bytes integer not null default 0,
    primary key (user_id, provider, month, number)
) without rowid;
create index cold_object_begun on cold_object (begun_at) where kept_at is null;

-- What is to be removed where the objects lie: names, and with a slash at the end all that begins so.
create table cold_gone (
    name text not null primary key,
    due_at integer not null
) without rowid;
create index cold_gone_due on cold_gone (due_at);
