-- Apps of a team's own that let phones send, single-use codes that do, and the tokens by which phones get their next.
create table application (
    id uuid not null primary key,
    team_id uuid not null,
    app_id text not null unique,
    name text not null,
    secret_hash bytea not null,
    created_by uuid not null,
    created_at bigint not null
);
create index application_team on application (team_id);

create table invitation_code (
    code_hash bytea not null primary key,
    id uuid not null,
    team_id uuid not null,
    user_id uuid not null,
    created_by uuid not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index invitation_code_user on invitation_code (user_id);

create table phone_token (
    token_hash bytea not null primary key,
    family uuid not null,
    team_id uuid not null,
    user_id uuid not null,
    app_id text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    revoked smallint not null default 0
);
create index phone_token_family on phone_token (family);
create index phone_token_user on phone_token (user_id);
create index phone_token_app on phone_token (app_id);
