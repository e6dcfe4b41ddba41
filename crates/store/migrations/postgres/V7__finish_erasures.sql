-- A user is gone at once, and what was theirs goes bit by bit: until then the report is not finished.
alter table erasure_report add column is_finished smallint not null default 1;
create index erasure_report_open on erasure_report (erased_user) where is_finished = 0;

-- What nothing reads or writes: a lane's parts belong to whoever holds the lane, and jobs lie where their identity says.
alter table part drop column claimed;
alter table lane_position drop column jobs;
