-- How long a team's data is kept, and how finely; null: as the installation does, or for ever.
create table retention_policy (
    team_id blob not null primary key,
    raw_days integer,
    full_days integer,
    step_s integer,
    kept_days integer
) without rowid;

-- How far each lane has come in applying the policies.
create table retention_lane (
    lane integer not null primary key,
    -- when to go on; while it is worked on, when the lease ends
    run_at integer not null,
    -- up to whom it has come; null: at the beginning
    reached blob,
    ended_at integer
);

-- What was done so far, by lane, so that lanes do not wait for each other.
create table retention_done (
    lane integer not null,
    team_id blob not null,
    points_reduced integer not null,
    points_deleted integer not null,
    events_deleted integer not null,
    primary key (lane, team_id)
) without rowid;
create index retention_done_team on retention_done (team_id);
