//! `GET /api/v1/users`: the team's users, sorted, searched, by page.

use crate::{
    State,
    access::Caller,
    error::Result,
    state::Within,
    v1::users::UserRead,
    wire::{Query, check_email},
};
use axum::Json;
use serde::Serialize;
use store::{UserOrder, UserQuery};
use utoipa::ToSchema;

/// A page of users.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserPage {
    /// The users.
    items: Vec<UserRead>,
    /// How many match in all.
    total: u64,
    /// Which page this is, from 1.
    page: u32,
    /// How many a page holds.
    limit: u32,
    /// How many pages there are.
    pages: u64,
    /// Whether there is a page after.
    has_next: bool,
    /// Whether there is a page before.
    has_prev: bool,
}

const ORDERS: &[(&str, UserOrder)] = &[
    ("created_at", UserOrder::CreatedAt),
    ("email", UserOrder::Email),
    ("first_name", UserOrder::FirstName),
    ("last_name", UserOrder::LastName),
    ("last_synced_at", UserOrder::LastSyncedAt),
];

#[utoipa::path(
    get, path = "/api/v1/users", tag = "Users", operation_id = "list_users", summary = "List users",
    params(
        ("page" = Option<u32>, Query, minimum = 1, description = "Which page, from 1"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many a page; 20 if left out"),
        ("sort_by" = Option<String>, Query, description = "created_at (default), email, first_name, last_name, last_synced_at"),
        ("sort_order" = Option<String>, Query, description = "desc (default) or asc"),
        ("search" = Option<String>, Query, description = "Part of a name or address"),
        ("email" = Option<String>, Query, description = "Exactly this address"),
        ("external_user_id" = Option<String>, Query, description = "Exactly this external id"),
    ),
    responses((status = 200, description = "A page of users", body = UserPage)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, caller: Caller, query: Query) -> Result<Json<UserPage>> {
    let page = query.integer("page", 1, 1..=u32::MAX)?;
    let limit = query.integer("limit", 20, 1..=100)?;
    let email = query.text("email").map(|email| check_email("email", email)).transpose()?;
    let wanted = UserQuery {
        search: query.text("search").filter(|text| !text.is_empty()).map(str::to_owned),
        email,
        external_user_id: query.text("external_user_id").map(str::to_owned),
        order: query.choice("sort_by", UserOrder::CreatedAt, ORDERS)?,
        descending: query.choice("sort_order", true, &[("asc", false), ("desc", true)])?,
        offset: u64::from(page - 1) * u64::from(limit),
        limit,
    };
    let (users, total) = state.store.list_users(caller.team_id, wanted).await?;
    let pages = total.div_ceil(u64::from(limit));
    Ok(Json(UserPage {
        items: users.into_iter().map(UserRead::from).collect(),
        total,
        page,
        limit,
        pages,
        has_next: u64::from(page) < pages,
        has_prev: page > 1,
    }))
}
