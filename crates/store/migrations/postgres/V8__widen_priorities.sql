-- Priorities may be for one series (-1: for every series), and say when they were set.
alter table priority add column series integer not null default -1;
alter table priority add column created_at bigint not null default 0;
alter table priority add column updated_at bigint not null default 0;
alter table priority drop constraint priority_pkey;
alter table priority add primary key (team_id, user_id, kind, name, series);
