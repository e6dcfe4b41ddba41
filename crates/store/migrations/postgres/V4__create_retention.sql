-- How long a team's data is kept, and how finely; null: as the installation does, or for ever.
create table retention_policy (
    team_id uuid not null primary key,
    raw_days integer,
    full_days integer,
    step_s integer,
    kept_days integer
);

-- How far each lane has come in applying the policies.
create table retention_lane (
    lane smallint not null primary key,
    -- when to go on; while it is worked on, when the lease ends
    run_at bigint not null,
    -- up to whom it has come; null: at the beginning
    reached uuid,
    ended_at bigint
);

-- What was done so far, by lane, so that lanes do not wait for each other.
create table retention_done (
    lane smallint not null,
    team_id uuid not null,
    points_reduced bigint not null,
    points_deleted bigint not null,
    events_deleted bigint not null,
    primary key (lane, team_id)
);
create index retention_done_team on retention_done (team_id);
