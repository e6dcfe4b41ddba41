-- Apps of a team's own that let phones send, single-use codes that do, and the tokens by which phones get their next.
create table application (
    id blob not null primary key,
    team_id blob not null,
    app_id text not null unique,
    name text not null,
    secret_hash blob not null,
    created_by blob not null,
    created_at integer not null
) without rowid;
create index application_team on application (team_id);

create table invitation_code (
    code_hash blob not null primary key,
    id blob not null,
    team_id blob not null,
    user_id blob not null,
    created_by blob not null,
    created_at integer not null,
    expires_at integer not null
) without rowid;
create index invitation_code_user on invitation_code (user_id);

create table phone_token (
    token_hash blob not null primary key,
    family blob not null,
    team_id blob not null,
    user_id blob not null,
    app_id text not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    revoked integer not null default 0
) without rowid;
create index phone_token_family on phone_token (family);
create index phone_token_user on phone_token (user_id);
create index phone_token_app on phone_token (app_id);
