-- Priorities may be for one series, and say when they were set.
create table widened_priority (
    team_id blob not null,
    user_id blob not null,
    kind text not null,
    name text not null,
    -- -1: for every series
    series integer not null,
    priority integer not null,
    created_at integer not null,
    updated_at integer not null,
    primary key (team_id, user_id, kind, name, series)
) without rowid;
insert into widened_priority select team_id, user_id, kind, name, -1, priority, 0, 0 from priority;
drop table priority;
alter table widened_priority rename to priority;
create index priority_user on priority (user_id);
