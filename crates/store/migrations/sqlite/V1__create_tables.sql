-- Times are microseconds since 1970 UTC. Ids are 16 bytes. Keys of big tables begin with the user or a lane.

create table team (
    id blob not null primary key,
    name text not null,
    created_at integer not null,
    -- 'keep' or 'erase': what becomes of data when its person withdraws their consent; null: as the installation
    on_consent_withdrawn text
) without rowid;

-- What the installation decides, as it was configured last: one row.
create table installation (
    id integer not null primary key check (id = 1),
    on_consent_withdrawn text not null
);

create table developer (
    id blob not null primary key,
    team_id blob not null,
    email text not null unique,
    first_name text,
    last_name text,
    role text not null,
    password_hash text not null,
    created_at integer not null,
    updated_at integer not null
) without rowid;

create table session (
    token_hash blob not null primary key,
    kind integer not null,
    family blob not null,
    developer_id blob not null,
    team_id blob not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    revoked integer not null default 0
) without rowid;
create index session_family on session (family);
create index session_developer on session (developer_id);

create table api_key (
    id blob not null primary key,
    team_id blob not null,
    hash blob not null unique,
    masked text not null,
    name text not null,
    created_by blob,
    created_at integer not null,
    last_used_at integer,
    expires_at integer
) without rowid;
create index api_key_team on api_key (team_id);

create table app_user (
    id blob not null primary key,
    team_id blob not null,
    external_user_id text,
    email text,
    first_name text,
    last_name text,
    time_zone text,
    created_at integer not null,
    updated_at integer not null,
    last_synced_at integer,
    last_synced_provider text,
    -- counters given out within the user
    next_source integer not null default 1,
    next_event integer not null default 1
) without rowid;
create unique index app_user_external on app_user (team_id, external_user_id) where external_user_id is not null;
create unique index app_user_email on app_user (team_id, email) where email is not null;
create index app_user_team on app_user (team_id, created_at);

create table provider_app (
    id blob not null primary key,
    team_id blob,
    provider text not null,
    client_id text not null,
    client_secret blob not null,
    webhook_secret_hash blob not null,
    created_at integer not null
) without rowid;

create table oauth_state (
    state_hash blob not null primary key,
    user_id blob not null,
    team_id blob not null,
    app_id blob not null,
    provider text not null,
    redirect_uri text,
    verifier blob,
    expires_at integer not null
) without rowid;

create table connection (
    user_id blob not null,
    id blob not null,
    team_id blob not null,
    app_id blob not null,
    provider text not null,
    provider_user_id text,
    provider_username text,
    access_token blob,
    refresh_token blob,
    token_expires_at integer,
    scope text,
    status text not null,
    renewal_until integer,
    created_at integer not null,
    updated_at integer not null,
    last_synced_at integer,
    connected_at integer not null,
    permissions_at integer,
    lacking text not null,
    end_reason text,
    erased_at integer,
    refresh_expires_at integer,
    -- when the tokens are renewed if nobody used them until then
    renew_at integer,
    primary key (user_id, id)
) without rowid;
create unique index connection_provider on connection (user_id, provider);
create index connection_renewal on connection (renew_at) where renew_at is not null;

-- Who an account's data belongs to: one account may be linked to several users.
create table account_link (
    app_id blob not null,
    account text not null,
    user_id blob not null,
    connection_id blob not null,
    primary key (app_id, account, user_id)
) without rowid;
create index account_link_user on account_link (user_id);

-- Data to erase: all of a user's from a provider. The row goes when nothing is left.
create table erasure (
    user_id blob not null,
    connection_id blob not null,
    requested_at integer not null,
    primary key (user_id, connection_id)
) without rowid;

create table source (
    user_id blob not null,
    number integer not null,
    identity text not null,
    provider text not null,
    app text,
    device text,
    device_type text,
    software_version text,
    created_at integer not null,
    primary key (user_id, number)
) without rowid;
create unique index source_identity on source (user_id, identity);

-- user_id is 16 zero bytes for the whole team.
create table priority (
    team_id blob not null,
    user_id blob not null,
    kind text not null,
    name text not null,
    priority integer not null,
    primary key (team_id, user_id, kind, name)
) without rowid;
create index priority_user on priority (user_id);

create table inbox (
    lane integer not null,
    receipt integer not null,
    kind integer not null,
    provider text not null,
    app_id blob,
    user_id blob,
    connection_id blob,
    -- whose it is at the provider, where it was fetched for everyone who is linked to the account
    account text,
    part_type text,
    meta text not null,
    body blob,
    spool text,
    size integer not null,
    received_at integer not null,
    -- 0 waiting, 2 dead
    state integer not null default 0,
    attempts integer not null default 0,
    -- when it may be claimed next; while it is claimed, when the lease ends
    run_at integer not null,
    claimed integer not null default 0,
    error text,
    primary key (lane, receipt)
);
create index inbox_waiting on inbox (receipt, run_at, state) where state = 0;
create index inbox_dead on inbox (lane) where state = 2;
create index inbox_user on inbox (user_id) where user_id is not null;
create index inbox_account on inbox (app_id, account) where account is not null;
create index inbox_spool on inbox (spool) where spool is not null;

create table part (
    lane integer not null,
    receipt integer not null,
    number integer not null,
    -- 16 zero bytes while unmatched
    user_id blob not null,
    team_id blob,
    connection_id blob,
    app_id blob,
    account text,
    provider text not null,
    kind integer not null,
    part_type text not null,
    meta text not null,
    body blob,
    spool text,
    size integer not null,
    received_at integer not null,
    -- 0 waiting, 1 done, 2 dead, 3 unmatched
    state integer not null,
    quiet integer not null default 0,
    attempts integer not null default 0,
    run_at integer not null,
    claimed integer not null default 0,
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
    user_id blob not null,
    kind integer not null,
    id blob not null,
    external_id text not null,
    source integer not null,
    number integer not null,
    start_at integer not null,
    end_at integer not null,
    offset_s integer,
    offset_kind text,
    type_code text,
    revision integer not null,
    deleted_at integer,
    created_at integer not null,
    updated_at integer not null,
    ver integer not null,
    document blob not null,
    primary key (user_id, id)
);
create index event_start on event (user_id, kind, start_at, id, type_code, deleted_at) where deleted_at is null;
-- keeps what belongs to a deleted event from coming back
create index event_deleted on event (user_id, number) where deleted_at is not null;

create table event_alias (
    user_id blob not null,
    alias text not null,
    event_id blob not null,
    primary key (user_id, alias)
) without rowid;
create index event_alias_event on event_alias (user_id, event_id);

create table event_number (
    user_id blob not null,
    event_id blob not null,
    number integer not null,
    primary key (user_id, event_id)
) without rowid;

create table block (
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
    v_min real not null,
    v_max real not null,
    v_sum real not null,
    v_last real not null,
    digest blob not null,
    hourly blob not null,
    data blob not null
);
create unique index block_key on block (user_id, series, class, bucket, source, context);
-- finds the blocks of one workout
create index block_workout on block (user_id, context) where context >= 1000;

create table score (
    user_id blob not null,
    id blob not null,
    category text not null,
    source integer not null,
    at integer not null,
    offset_s integer,
    offset_kind text,
    value real,
    qualifier text,
    components text not null,
    stamp_rank integer not null,
    stamp_receipt integer not null,
    stamp_part integer not null,
    primary key (user_id, id)
) without rowid;
create index score_at on score (user_id, at);

create table workout_file (
    user_id blob not null,
    event_id blob not null,
    format text not null,
    name text not null,
    size integer not null,
    received_at integer not null,
    body blob not null,
    primary key (user_id, event_id, format)
);

-- Files that notice was given of and that are not kept, by a name of their workout: it may come later.
create table awaited_file (
    user_id blob not null,
    -- as in event_alias
    alias text not null,
    -- empty where the notice did not say
    format text not null,
    -- the call that fetches it
    job_lane integer,
    job_position integer,
    noticed_at integer not null,
    expires_at integer,
    -- why it will not come; null while it may
    missed text,
    primary key (user_id, alias, format)
) without rowid;
create index awaited_file_job on awaited_file (job_lane, job_position);

create table lane_position (
    lane integer not null primary key,
    changes integer not null default 0,
    messages integer not null default 0,
    jobs integer not null default 0
) without rowid;

create table change (
    lane integer not null,
    position integer not null,
    team_id blob not null,
    user_id blob not null,
    created_at integer not null,
    -- 1 sync event, 2 emission
    kind integer not null,
    body text not null,
    primary key (lane, position)
) without rowid;
create index change_user on change (user_id, position, kind);

create table sync_run (
    user_id blob not null,
    run_id blob not null,
    team_id blob not null,
    provider text not null,
    source text not null,
    status text not null,
    first_at integer not null,
    last_at integer not null,
    latest text not null,
    primary key (user_id, run_id)
) without rowid;
create index sync_run_user on sync_run (user_id, last_at);
create index sync_run_last on sync_run (last_at);
create index sync_run_team on sync_run (team_id, last_at);

create table endpoint (
    id blob not null primary key,
    team_id blob not null,
    url text not null,
    description text,
    filter_types text not null,
    user_id blob,
    secret blob not null,
    enabled integer not null,
    created_at integer not null,
    updated_at integer not null
) without rowid;
create index endpoint_team on endpoint (team_id);

create table message (
    lane integer not null,
    position integer not null,
    id blob not null,
    endpoint_id blob not null,
    team_id blob not null,
    user_id blob not null,
    emission text not null,
    body blob,
    -- 0 waiting, 1 delivered, 2 dead
    state integer not null default 0,
    attempts integer not null default 0,
    run_at integer not null,
    claimed integer not null default 0,
    created_at integer not null,
    error text,
    primary key (lane, position)
) without rowid;
create index message_due on message (run_at, lane, position) where state = 0;
create index message_dead on message (lane) where state = 2;
create index message_finished on message (created_at) where state <> 0;
create index message_endpoint on message (endpoint_id);
create index message_user on message (user_id);

create table attempt (
    endpoint_id blob not null,
    at integer not null,
    message_id blob not null,
    number integer not null,
    team_id blob not null,
    user_id blob not null,
    event_type text not null,
    status integer,
    error text,
    took_ms integer not null,
    primary key (endpoint_id, at, message_id, number)
) without rowid;
create index attempt_at on attempt (at);
create index attempt_user on attempt (user_id);

-- Calls to make, one for each account whoever is linked to it. What ended stays a while, so that a notice that
-- is sent again fetches nothing again.
create table job (
    lane integer not null,
    position integer not null,
    app_id blob not null,
    account text not null,
    provider text not null,
    -- of what is fetched, unique within the account
    identity blob not null,
    request text not null,
    -- 0 waiting, 1 done, 2 dead, 3 skipped
    state integer not null default 0,
    attempts integer not null default 0,
    run_at integer not null,
    -- when it can be had no longer
    expires_at integer,
    claimed integer not null default 0,
    created_at integer not null,
    ended_at integer,
    error text,
    primary key (lane, position)
) without rowid;
create unique index job_identity on job (lane, identity);
create index job_due on job (run_at, lane, position) where state = 0;
create index job_expiring on job (expires_at, run_at) where state = 0 and expires_at is not null;
create index job_dead on job (lane) where state = 2;
create index job_account on job (app_id, account);
create index job_ended on job (ended_at) where state <> 0;

-- History of an account. What is done for accounts lies in their lanes.
create table backfill (
    lane integer not null,
    app_id blob not null,
    account text not null,
    provider text not null,
    run_id blob not null,
    -- 0 running, 1 complete, 2 failed, 3 cancelled
    state integer not null,
    is_retry integer not null,
    from_at integer not null,
    to_at integer not null,
    since integer not null,
    started_at integer not null,
    ended_at integer,
    error text,
    told integer not null,
    gaps_at integer not null,
    ver integer not null,
    primary key (lane, app_id, account)
) without rowid;
create index backfill_gaps on backfill (gaps_at);

create table backfill_interval (
    lane integer not null,
    app_id blob not null,
    account text not null,
    part_type text not null,
    number integer not null,
    age integer not null,
    from_at integer not null,
    to_at integer not null,
    -- 0 waiting, 1 requested, 2 accepted, 3 duplicate, 4 received, 5 empty, 6 unavailable, 7 failed, 8 cancelled, 9 held
    state integer not null,
    is_gap integer not null,
    attempts integer not null,
    cuts integer not null,
    -- when to go on; while it is requested, when the lease ends
    run_at integer not null,
    asked_at integer,
    data_at integer,
    error text,
    primary key (lane, app_id, account, part_type, number)
) without rowid;
-- holds all that choosing intervals to claim looks at
create index backfill_due on backfill_interval (app_id, age, lane, account, part_type, number, run_at) where state <= 1;
create index backfill_look on backfill_interval (run_at) where state = 2 or state = 3;

create table backfill_floor (
    lane integer not null,
    app_id blob not null,
    account text not null,
    part_type text not null,
    floor_at integer not null,
    primary key (lane, app_id, account, part_type)
) without rowid;

-- Days of history that were asked for, of each set of credentials; is_open while the answer is not known.
create table backfill_spent (
    provider text not null,
    client_id text not null,
    ticket integer not null,
    days integer not null,
    until integer not null,
    is_open integer not null,
    primary key (provider, client_id, ticket)
) without rowid;

-- What may call for history: an account was connected, or its permissions changed.
create table backfill_wish (
    lane integer not null,
    app_id blob not null,
    account text not null,
    provider text not null,
    connected integer not null,
    at integer not null,
    primary key (lane, app_id, account)
) without rowid;

-- Days of which there is data, and days that were asked for again in vain: one bit a day, 32 days a row.
create table coverage (
    lane integer not null,
    app_id blob not null,
    account text not null,
    part_type text not null,
    span integer not null,
    days integer not null,
    in_vain integer not null,
    primary key (lane, app_id, account, part_type, span)
) without rowid;
