-- Times are microseconds since 1970 UTC. Keys of big tables begin with the user or a lane. The same tables as of the
-- embedded engine; text that may be large and that nobody searches is bytes.

create table team (
    id uuid not null primary key,
    name text not null,
    created_at bigint not null,
    -- 'keep' or 'erase': what becomes of data when its person withdraws their consent; null: as the installation
    on_consent_withdrawn text
);

-- What the installation decides, as it was configured last: one row.
create table installation (
    id smallint not null primary key check (id = 1),
    on_consent_withdrawn text not null
);

create table developer (
    id uuid not null primary key,
    team_id uuid not null,
    email text not null unique,
    first_name text,
    last_name text,
    role text not null,
    password_hash text not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table session (
    token_hash bytea not null primary key,
    kind smallint not null,
    family uuid not null,
    developer_id uuid not null,
    team_id uuid not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    revoked smallint not null default 0
);
create index session_family on session (family);
create index session_developer on session (developer_id);

create table api_key (
    id uuid not null primary key,
    team_id uuid not null,
    hash bytea not null unique,
    masked text not null,
    name text not null,
    created_by uuid,
    created_at bigint not null,
    last_used_at bigint,
    expires_at bigint
);
create index api_key_team on api_key (team_id);

create table app_user (
    id uuid not null primary key,
    team_id uuid not null,
    external_user_id text,
    email text,
    first_name text,
    last_name text,
    time_zone text,
    created_at bigint not null,
    updated_at bigint not null,
    last_synced_at bigint,
    last_synced_provider text,
    -- counters given out within the user
    next_source integer not null default 1,
    next_event integer not null default 1
);
create unique index app_user_external on app_user (team_id, external_user_id) where external_user_id is not null;
create unique index app_user_email on app_user (team_id, email) where email is not null;
create index app_user_team on app_user (team_id, created_at);

create table provider_app (
    id uuid not null primary key,
    team_id uuid,
    provider text not null,
    client_id text not null,
    client_secret bytea not null,
    webhook_secret_hash bytea not null,
    created_at bigint not null
);

create table oauth_state (
    state_hash bytea not null primary key,
    user_id uuid not null,
    team_id uuid not null,
    app_id uuid not null,
    provider text not null,
    redirect_uri text,
    verifier bytea,
    expires_at bigint not null
);

create table connection (
    user_id uuid not null,
    id uuid not null,
    team_id uuid not null,
    app_id uuid not null,
    provider text not null,
    provider_user_id text,
    provider_username text,
    access_token bytea,
    refresh_token bytea,
    token_expires_at bigint,
    scope text,
    status text not null,
    renewal_until bigint,
    created_at bigint not null,
    updated_at bigint not null,
    last_synced_at bigint,
    connected_at bigint not null,
    permissions_at bigint,
    lacking text not null,
    end_reason text,
    erased_at bigint,
    refresh_expires_at bigint,
    -- when the tokens are renewed if nobody used them until then
    renew_at bigint,
    primary key (user_id, id)
);
create unique index connection_provider on connection (user_id, provider);
create index connection_renewal on connection (renew_at) where renew_at is not null;

-- Who an account's data belongs to: one account may be linked to several users.
create table account_link (
    app_id uuid not null,
    account text not null,
    user_id uuid not null,
    connection_id uuid not null,
    primary key (app_id, account, user_id)
);
create index account_link_user on account_link (user_id);

-- Data to erase: all of a user's from a provider. The row goes when nothing is left.
create table erasure (
    user_id uuid not null,
    connection_id uuid not null,
    requested_at bigint not null,
    primary key (user_id, connection_id)
);

create table source (
    user_id uuid not null,
    number integer not null,
    identity text not null,
    provider text not null,
    app text,
    device text,
    device_type text,
    software_version text,
    created_at bigint not null,
    primary key (user_id, number)
);
create unique index source_identity on source (user_id, identity);

-- user_id is 16 zero bytes for the whole team.
create table priority (
    team_id uuid not null,
    user_id uuid not null,
    kind text not null,
    name text not null,
    priority integer not null,
    primary key (team_id, user_id, kind, name)
);
create index priority_user on priority (user_id);

create table inbox (
    lane smallint not null,
    receipt bigint not null,
    kind smallint not null,
    provider text not null,
    app_id uuid,
    user_id uuid,
    connection_id uuid,
    -- whose it is at the provider, where it was fetched for everyone who is linked to the account
    account text,
    part_type text,
    meta text not null,
    body bytea,
    spool text,
    size bigint not null,
    received_at bigint not null,
    -- 0 waiting, 2 dead
    state smallint not null default 0,
    attempts integer not null default 0,
    -- when it may be claimed next; while it is claimed, when the lease ends
    run_at bigint not null,
    claimed smallint not null default 0,
    error text,
    primary key (lane, receipt)
);
create index inbox_waiting on inbox (receipt, run_at, state) where state = 0;
create index inbox_dead on inbox (lane) where state = 2;
create index inbox_user on inbox (user_id) where user_id is not null;
create index inbox_account on inbox (app_id, account) where account is not null;
create index inbox_spool on inbox (spool) where spool is not null;

create table part (
    lane smallint not null,
    receipt bigint not null,
    number integer not null,
    -- 16 zero bytes while unmatched
    user_id uuid not null,
    team_id uuid,
    connection_id uuid,
    app_id uuid,
    account text,
    provider text not null,
    kind smallint not null,
    part_type text not null,
    meta text not null,
    body bytea,
    spool text,
    size bigint not null,
    received_at bigint not null,
    -- 0 waiting, 1 done, 2 dead, 3 unmatched
    state smallint not null,
    quiet smallint not null default 0,
    attempts integer not null default 0,
    run_at bigint not null,
    claimed smallint not null default 0,
    error text,
    items integer,
    issues text,
    primary key (lane, receipt, number, user_id)
);
-- holds all that choosing parts to claim looks at
create index part_waiting on part (lane, receipt, number, user_id, run_at, state) where state = 0;
create index part_dead on part (lane, receipt) where state = 2;
create index part_unmatched on part (app_id, account) where state = 3;
create index part_user on part (user_id);
create index part_kept on part (received_at) where body is not null or spool is not null;
create index part_spool on part (spool) where spool is not null;

create table event (
    user_id uuid not null,
    kind smallint not null,
    id uuid not null,
    external_id text not null,
    source integer not null,
    number integer not null,
    start_at bigint not null,
    end_at bigint not null,
    offset_s integer,
    offset_kind text,
    type_code text,
    revision integer not null,
    deleted_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    ver bigint not null,
    document bytea not null,
    primary key (user_id, id)
);
create index event_start on event (user_id, kind, start_at, id, type_code, deleted_at) where deleted_at is null;
-- keeps what belongs to a deleted event from coming back
create index event_deleted on event (user_id, number) where deleted_at is not null;

create table event_alias (
    user_id uuid not null,
    alias text not null,
    event_id uuid not null,
    primary key (user_id, alias)
);
create index event_alias_event on event_alias (user_id, event_id);

create table event_number (
    user_id uuid not null,
    event_id uuid not null,
    number integer not null,
    primary key (user_id, event_id)
);

create table block (
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
    v_min double precision not null,
    v_max double precision not null,
    v_sum double precision not null,
    v_last double precision not null,
    digest bytea not null,
    hourly bytea not null,
    data bytea not null
);
create unique index block_key on block (user_id, series, class, bucket, source, context);
-- finds the blocks of one workout
create index block_workout on block (user_id, context) where context >= 1000;

create table score (
    user_id uuid not null,
    id uuid not null,
    category text not null,
    source integer not null,
    at bigint not null,
    offset_s integer,
    offset_kind text,
    value double precision,
    qualifier text,
    components text not null,
    stamp_rank integer not null,
    stamp_receipt bigint not null,
    stamp_part integer not null,
    primary key (user_id, id)
);
create index score_at on score (user_id, at);

create table workout_file (
    user_id uuid not null,
    event_id uuid not null,
    format text not null,
    name text not null,
    size bigint not null,
    received_at bigint not null,
    body bytea not null,
    primary key (user_id, event_id, format)
);

-- Files that notice was given of and that are not kept, by a name of their workout: it may come later.
create table awaited_file (
    user_id uuid not null,
    -- as in event_alias
    alias text not null,
    -- empty where the notice did not say
    format text not null,
    -- the call that fetches it
    job_lane smallint,
    job_position bigint,
    noticed_at bigint not null,
    expires_at bigint,
    -- why it will not come; null while it may
    missed text,
    primary key (user_id, alias, format)
);
create index awaited_file_job on awaited_file (job_lane, job_position);

create table lane_position (
    lane smallint not null primary key,
    changes bigint not null default 0,
    messages bigint not null default 0,
    jobs bigint not null default 0
);

create table change (
    lane smallint not null,
    position bigint not null,
    team_id uuid not null,
    user_id uuid not null,
    created_at bigint not null,
    -- 1 sync event, 2 emission
    kind smallint not null,
    body text not null,
    primary key (lane, position)
);
create index change_user on change (user_id, position, kind);

create table sync_run (
    user_id uuid not null,
    run_id uuid not null,
    team_id uuid not null,
    provider text not null,
    source text not null,
    status text not null,
    first_at bigint not null,
    last_at bigint not null,
    latest text not null,
    primary key (user_id, run_id)
);
create index sync_run_user on sync_run (user_id, last_at);
create index sync_run_last on sync_run (last_at);
create index sync_run_team on sync_run (team_id, last_at);

create table endpoint (
    id uuid not null primary key,
    team_id uuid not null,
    url text not null,
    description text,
    filter_types text not null,
    user_id uuid,
    secret bytea not null,
    enabled smallint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index endpoint_team on endpoint (team_id);

create table message (
    lane smallint not null,
    position bigint not null,
    id uuid not null,
    endpoint_id uuid not null,
    team_id uuid not null,
    user_id uuid not null,
    emission text not null,
    body bytea,
    -- 0 waiting, 1 delivered, 2 dead
    state smallint not null default 0,
    attempts integer not null default 0,
    run_at bigint not null,
    claimed smallint not null default 0,
    created_at bigint not null,
    error text,
    primary key (lane, position)
);
create index message_due on message (run_at, lane, position) where state = 0;
create index message_dead on message (lane) where state = 2;
create index message_finished on message (created_at) where state <> 0;
create index message_endpoint on message (endpoint_id);
create index message_user on message (user_id);

create table attempt (
    endpoint_id uuid not null,
    at bigint not null,
    message_id uuid not null,
    number integer not null,
    team_id uuid not null,
    user_id uuid not null,
    event_type text not null,
    status integer,
    error text,
    took_ms integer not null,
    primary key (endpoint_id, at, message_id, number)
);
create index attempt_at on attempt (at);
create index attempt_user on attempt (user_id);

-- Calls to make, one for each account whoever is linked to it. What ended stays a while, so that a notice that
-- is sent again fetches nothing again.
create table job (
    lane smallint not null,
    position bigint not null,
    app_id uuid not null,
    account text not null,
    provider text not null,
    -- of what is fetched, unique within the account
    identity uuid not null,
    request text not null,
    -- 0 waiting, 1 done, 2 dead, 3 skipped
    state smallint not null default 0,
    attempts integer not null default 0,
    run_at bigint not null,
    -- when it can be had no longer
    expires_at bigint,
    claimed smallint not null default 0,
    created_at bigint not null,
    ended_at bigint,
    error text,
    primary key (lane, position)
);
create unique index job_identity on job (lane, identity);
create index job_due on job (run_at, lane, position) where state = 0;
create index job_expiring on job (expires_at, run_at) where state = 0 and expires_at is not null;
create index job_dead on job (lane) where state = 2;
create index job_account on job (app_id, account);
create index job_ended on job (ended_at) where state <> 0;

-- History of an account. What is done for accounts lies in their lanes.
create table backfill (
    lane smallint not null,
    app_id uuid not null,
    account text not null,
    provider text not null,
    run_id uuid not null,
    -- 0 running, 1 complete, 2 failed, 3 cancelled
    state smallint not null,
    is_retry smallint not null,
    from_at bigint not null,
    to_at bigint not null,
    since bigint not null,
    started_at bigint not null,
    ended_at bigint,
    error text,
    told smallint not null,
    gaps_at bigint not null,
    ver bigint not null,
    primary key (lane, app_id, account)
);
create index backfill_gaps on backfill (gaps_at);

create table backfill_interval (
    lane smallint not null,
    app_id uuid not null,
    account text not null,
    part_type text not null,
    number integer not null,
    age integer not null,
    from_at bigint not null,
    to_at bigint not null,
    -- 0 waiting, 1 requested, 2 accepted, 3 duplicate, 4 received, 5 empty, 6 unavailable, 7 failed, 8 cancelled, 9 held
    state smallint not null,
    is_gap smallint not null,
    attempts integer not null,
    cuts smallint not null,
    -- when to go on; while it is requested, when the lease ends
    run_at bigint not null,
    asked_at bigint,
    data_at bigint,
    error text,
    primary key (lane, app_id, account, part_type, number)
);
-- holds all that choosing intervals to claim looks at
create index backfill_due on backfill_interval (app_id, age, lane, account, part_type, number, run_at) where state <= 1;
create index backfill_look on backfill_interval (run_at) where state = 2 or state = 3;

create table backfill_floor (
    lane smallint not null,
    app_id uuid not null,
    account text not null,
    part_type text not null,
    floor_at bigint not null,
    primary key (lane, app_id, account, part_type)
);

-- Days of history that were asked for, of each set of credentials; is_open while the answer is not known.
create table backfill_spent (
    provider text not null,
    client_id text not null,
    ticket bigint not null,
    days bigint not null,
    until bigint not null,
    is_open smallint not null,
    primary key (provider, client_id, ticket)
);

-- What may call for history: an account was connected, or its permissions changed.
create table backfill_wish (
    lane smallint not null,
    app_id uuid not null,
    account text not null,
    provider text not null,
    connected smallint not null,
    at bigint not null,
    primary key (lane, app_id, account)
);

-- Days of which there is data, and days that were asked for again in vain: one bit a day, 32 days a row.
create table coverage (
    lane smallint not null,
    app_id uuid not null,
    account text not null,
    part_type text not null,
    span integer not null,
    days bigint not null,
    in_vain bigint not null,
    primary key (lane, app_id, account, part_type, span)
);

-- Compressed already: the engine need not try.
alter table block alter column data set storage external;
alter table block alter column hourly set storage external;
alter table part alter column body set storage external;
alter table inbox alter column body set storage external;
alter table message alter column body set storage external;
alter table workout_file alter column body set storage external;

-- Rows that change often and shortly: room on the page for their next version, and sweeping in good time.
alter table lane_position set (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table inbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000);
