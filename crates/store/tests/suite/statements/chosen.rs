//! What the program puts into statements while it runs: for each such statement the values of its braces, in the
//! order in which these first stand in it. Constants may be named in braces.

pub(crate) struct Chosen {
    pub(crate) file: &'static str,
    pub(crate) begins: &'static str,
    pub(crate) values: &'static [&'static [&'static str]],
}

const EVENTS: &str = "user_id = ?1 and kind = ?2 and start_at >= ?3 and start_at < ?4 and deleted_at is null";
const REPLAYED: &str = " and user_id = ?2 and provider = ?3 and part_type = ?4";
const SEARCHED: &str = "team_id = ?1 and (first_name like ?2 escape '\\' or first_name || ' ' || last_name like ?2 \
    escape '\\') and email = ?3 and external_user_id = ?4";
const REDUCIBLE: &str = " and (context in (0, 2) or context between 100 and 355)";
/// One of several lanes, each with places of its own.
const LANE: &str = "0 where bucket in (?5, ?6, ?7, ?8, ?9, ?10)";
const PART: &str = "(lane, receipt, number, user_id)";

pub(crate) const CHOSEN: &[Chosen] = &[
    Chosen {
        file: "backfill/claims.rs",
        begins: "update backfill_interval set state = 1",
        values: &[&["{OF_INTERVAL}"]],
    },
    Chosen { file: "backfill/claims.rs", begins: "update backfill_spent set is_open = 0", values: &[&["2147483647"]] },
    Chosen { file: "backfill/pending.rs", begins: "select 1 from", values: &[&["job"], &["inbox"]] },
    Chosen { file: "backfill/plans.rs", begins: "update backfill_interval set state =", values: &[&["8"]] },
    Chosen {
        file: "backfill/plans.rs",
        begins: "delete from",
        values: &[&["backfill"], &["backfill_interval"], &["backfill_floor"], &["backfill_wish"], &["coverage"]],
    },
    Chosen { file: "connections.rs", begins: "select", values: &[&["c.id, c.user_id, c.provider"]] },
    Chosen { file: "endpoints.rs", begins: "delete from", values: &[&["message"], &["attempt"]] },
    Chosen {
        file: "erasure.rs",
        begins: "delete from {table} where {key}",
        values: &[
            &["part", PART, "lane, receipt, number, user_id", "user_id = ?1 and provider = ?2"],
            &["part", PART, "lane, receipt, number, user_id", "app_id = ?1 and account = ?2 and state = 3"],
            &["inbox", "(lane, receipt)", "lane, receipt", "user_id = ?1 and provider = ?2"],
            &["inbox", "(lane, receipt)", "lane, receipt", "app_id = ?1 and account = ?2"],
            &[
                "block",
                "(user_id, series, class, bucket, source, context)",
                "user_id, series, class, bucket, source, context",
                "user_id = ?1 and source in {SOURCES}",
            ],
            &[
                "record_name",
                "(user_id, series, class, bucket, source, context)",
                "user_id, series, class, bucket, source, context",
                "user_id = ?1 and source in {SOURCES}",
            ],
            &[
                "workout_file",
                "(user_id, event_id, format)",
                "user_id, event_id, format",
                "user_id = ?1 and event_id in (select id from event where user_id = ?1 and source in {SOURCES})",
            ],
        ],
    },
    Chosen {
        file: "erasure.rs",
        begins: "{0} returning spool",
        values: &[
            &[
                "delete from part where (lane, receipt) in (select lane, receipt from part where user_id = ?1 and provider = ?2 limit ?3)",
            ],
            &[
                "delete from inbox where (lane, receipt) in (select lane, receipt from inbox where app_id = ?1 and account = ?2 limit ?3)",
            ],
        ],
    },
    Chosen {
        file: "erasure.rs",
        begins: "delete from {table} where user_id",
        values: &[&["event_number", "event_id"], &["event_alias", "event_id"], &["event", "id"]],
    },
    Chosen { file: "events.rs", begins: "select", values: &[&[EVENTS, "asc", "5"], &[EVENTS, "desc", "5"]] },
    Chosen { file: "events.rs", begins: "select", values: &[&["is null"], &["is not null"]] },
    Chosen { file: "events.rs", begins: "select count", values: &[&[EVENTS]] },
    Chosen {
        file: "inbox.rs",
        begins: "update",
        values: &[&["inbox", "received_at"], &["message", "created_at"], &["job", "created_at"]],
    },
    Chosen { file: "inbox.rs", begins: "select coalesce", values: &[&["inbox"], &["part"]] },
    Chosen {
        file: "inbox.rs",
        begins: "select count",
        values: &[
            &["inbox where state = 0"],
            &["part where state = 3"],
            &["message where state = 2"],
            &["job where state = 2"],
        ],
    },
    Chosen { file: "parts.rs", begins: "select {columns}, run_at", values: &[&["{KEY}"], &["{PART}"]] },
    Chosen {
        file: "parts.rs",
        begins: "select lane, receipt, number, user_id, spool",
        values: &[
            &["team_id = ?3"],
            &["(team_id is null or team_id not in (select team_id from retention_policy where raw_days is not null))"],
        ],
    },
    Chosen {
        file: "parts.rs",
        begins: "update part set state = 0",
        values: &[&["state = 2", REPLAYED], &["state in (1, 2)", REPLAYED]],
    },
    Chosen { file: "parts.rs", begins: "update inbox set state = 0", values: &[&[REPLAYED]] },
    Chosen {
        file: "retention.rs",
        begins: "delete from",
        values: &[
            &["event_number", "event_id"],
            &["event_alias", "event_id"],
            &["workout_file", "event_id"],
            &["event", "id"],
        ],
    },
    Chosen {
        file: "sealed.rs",
        begins: "select substr",
        values: &[
            &["client_secret", "4", "provider_app"],
            &["access_token", "4", "connection"],
            &["refresh_token", "4", "connection"],
            &["secret", "4", "endpoint"],
            &["body", "4", "message"],
        ],
    },
    Chosen {
        file: "sealed.rs",
        begins: "select prefix",
        values: &[&[
            "select substr(secret, 1, 4) as prefix from endpoint union all select substr(body, 1, 4) as prefix from message",
        ]],
    },
    Chosen {
        file: "sealed.rs",
        begins: "select {columns}",
        values: &[
            &["client_secret, id", "provider_app", "client_secret", "4", "", "id"],
            &[
                "access_token, user_id, id",
                "connection",
                "access_token",
                "4",
                " and (user_id, id) > (?3, ?4)",
                "user_id, id",
            ],
            &["refresh_token, user_id, id", "connection", "refresh_token", "4", "", "user_id, id"],
            &["secret, id", "endpoint", "secret", "4", " and (id) > (?3)", "id"],
            &["body, lane, position, id", "message", "body", "4", " and (lane, position) > (?3, ?4)", "lane, position"],
        ],
    },
    Chosen {
        file: "sealed.rs",
        begins: "update",
        values: &[
            &["provider_app", "client_secret", "id = ?3"],
            &["connection", "access_token", "user_id = ?3 and id = ?4"],
            &["message", "body", "lane = ?3 and position = ?4"],
        ],
    },
    Chosen { file: "series_blocks.rs", begins: "select", values: &[&[""], &[REDUCIBLE]] },
    Chosen {
        file: "slices.rs",
        begins: "select series",
        values: &[&["data, null"], &["case when length(hourly) = 0 then data end, hourly"]],
    },
    Chosen {
        file: "slices.rs",
        begins: "select *",
        values: &[&["1", "3", "4", "", LANE], &["1", "3", "4", " desc", LANE]],
    },
    Chosen {
        file: "user_erasure.rs",
        begins: "delete from {0} where user_id",
        values: &[
            &["oauth_state"],
            &["connection"],
            &["erasure"],
            &["priority"],
            &["endpoint"],
            &["invitation_code"],
            &["phone_token"],
            &["cold_object"],
        ],
    },
    Chosen {
        file: "user_erasure.rs",
        begins: "delete from {table} where ({key}) in ( select {key} from (",
        values: KINDS,
    },
    Chosen {
        file: "user_erasure.rs",
        begins: "delete from {table} where ({key}) in (select {key} from {table} where app_id",
        values: &[
            &["job", "lane, position", "", "cast(null as text)"],
            &["inbox", "lane, receipt", "", "spool"],
            &["part", "lane, receipt, number, user_id", "and state = 3", "spool"],
        ],
    },
    Chosen { file: "users.rs", begins: "select 1", values: &[&["email"], &["external_user_id"]] },
    Chosen { file: "users.rs", begins: "select count", values: &[&["team_id = ?1"], &[SEARCHED]] },
    Chosen {
        file: "users.rs",
        begins: "select id",
        values: &[
            &[SEARCHED, "email desc nulls last, id desc", "5", "6"],
            &["team_id = ?1", "created_at asc nulls last, id asc", "2", "3"],
        ],
    },
];

/// What goes in steps of a user who was deleted.
const KINDS: &[&[&str]] = &[
    &["message", "lane, position", "coalesce(length(body), 0)", "0", "cast(null as text)"],
    &["attempt", "endpoint_id, at, message_id, number", "0", "0", "cast(null as text)"],
    &["inbox", "lane, receipt", "coalesce(length(body), 0)", "0", "spool"],
    &["part", "lane, receipt, number, user_id", "coalesce(length(body), 0)", "0", "spool"],
    &["change", "lane, position", "0", "0", "cast(null as text)"],
    &["sync_run", "user_id, run_id", "0", "0", "cast(null as text)"],
    &["block", "user_id, series, class, bucket, source, context", "length(data)", "count", "cast(null as text)"],
    &["record_name", "user_id, series, class, bucket, source, context", "length(data)", "0", "cast(null as text)"],
    &["record_deletion", "user_id, provider, name", "0", "0", "cast(null as text)"],
    &[
        "shadowed_record",
        "user_id, series, source, context, start_at, duration_us, name",
        "0",
        "0",
        "cast(null as text)",
    ],
    &["workout_file", "user_id, event_id, format", "coalesce(length(body), 0)", "0", "cast(null as text)"],
    &["awaited_file", "user_id, alias, format", "0", "0", "cast(null as text)"],
    &["event", "user_id, id", "length(document)", "0", "cast(null as text)"],
    &["event_alias", "user_id, alias", "0", "0", "cast(null as text)"],
    &["event_number", "user_id, event_id", "0", "0", "cast(null as text)"],
    &["score", "user_id, id", "0", "0", "cast(null as text)"],
    &["source", "user_id, number", "0", "0", "cast(null as text)"],
];
