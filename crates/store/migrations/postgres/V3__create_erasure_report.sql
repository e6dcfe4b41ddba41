-- How much was erased of each user who is gone: ids and numbers only, for the team to show that it was done.
create table erasure_report (
    team_id uuid not null,
    at bigint not null,
    erased_user uuid not null,
    -- JSON: how many of each kind
    counts text not null,
    primary key (team_id, at, erased_user)
);
