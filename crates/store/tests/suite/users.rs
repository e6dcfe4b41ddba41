//! Users: found, listed, changed and deleted within their team only.

use crate::given::{at, person, team, user};
use std::sync::Arc;
use store::{Store, StoreError, User, UserOrder, UserQuery};

fn query() -> UserQuery {
    UserQuery {
        search: None,
        email: None,
        external_user_id: None,
        order: UserOrder::CreatedAt,
        descending: false,
        offset: 0,
        limit: 10,
    }
}

pub(crate) async fn a_team_never_reaches_anothers_users(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let mut ada = User { external_user_id: Some("e1".to_owned()), ..person(ours) };
    store.create_user(ada.clone()).await.unwrap();
    assert_eq!(store.find_user(theirs, ada.id).await.unwrap(), None);
    assert_eq!(store.find_user_by_external_id(theirs, "e1").await.unwrap(), None);
    assert_eq!(store.list_users(theirs, query()).await.unwrap(), (Vec::new(), 0));
    assert!(matches!(store.delete_user(theirs, ada.id).await, Err(StoreError::NotFound("user"))));
    ada.team_id = theirs;
    assert!(matches!(store.update_user(ada.clone()).await, Err(StoreError::NotFound("user"))));
    ada.team_id = ours;
    assert_eq!(store.find_user(ours, ada.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.find_user_by_external_id(ours, "e1").await.unwrap(), Some(ada));
}

pub(crate) async fn addresses_and_external_ids_are_unique_within_a_team(store: Arc<dyn Store>) {
    let (ours, theirs) = (team(&store).await, team(&store).await);
    let with = |team, email: &str, external: &str| User {
        email: Some(email.to_owned()),
        external_user_id: Some(external.to_owned()),
        ..person(team)
    };
    store.create_user(with(ours, "Ada@example.org", "e1")).await.unwrap();
    store.create_user(with(theirs, "ada@example.org", "e1")).await.unwrap();
    let same_address = store.create_user(with(ours, "ADA@example.org", "e2")).await;
    assert!(matches!(same_address, Err(StoreError::Taken("email"))), "{same_address:?}");
    let same_id = store.create_user(with(ours, "b@example.org", "e1")).await;
    assert!(matches!(same_id, Err(StoreError::Taken("external_user_id"))), "{same_id:?}");
    let mut other = with(ours, "b@example.org", "e2");
    store.create_user(other.clone()).await.unwrap();
    other.email = Some("adA@example.org".to_owned());
    assert!(matches!(store.update_user(other.clone()).await, Err(StoreError::Taken("email"))));
    other.email = Some("b@example.org".to_owned());
    other.external_user_id = Some("e1".to_owned());
    assert!(matches!(store.update_user(other).await, Err(StoreError::Taken("external_user_id"))));
    // none is never the same as none
    user(&store, ours).await;
    user(&store, ours).await;
}

pub(crate) async fn what_is_changed_of_a_user_is_kept(store: Arc<dyn Store>) {
    let team = team(&store).await;
    let mut ada = person(team);
    store.create_user(ada.clone()).await.unwrap();
    ada.first_name = Some("Ada".to_owned());
    ada.time_zone = Some("Europe/Berlin".to_owned());
    ada.updated_at = at(9);
    store.update_user(ada.clone()).await.unwrap();
    assert_eq!(store.load_user(ada.id).await.unwrap(), Some(ada));
}

pub(crate) async fn users_are_searched_sorted_and_paged(store: Arc<dyn Store>) {
    let team = team(&store).await;
    for (second, first, last, email) in [
        (1, "Ada", "Lovelace", "z@example.org"),
        (2, "Alan", "Turing", "y_1@example.org"),
        (3, "Émilie", "100%", "x@a.b"),
    ] {
        let named = User {
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            email: Some(email.to_owned()),
            created_at: at(second),
            ..person(team)
        };
        store.create_user(named).await.unwrap();
    }
    let names = async |query: UserQuery| {
        let (users, total) = store.list_users(team, query).await.unwrap();
        (users.into_iter().filter_map(|user| user.first_name).collect::<Vec<_>>().join(" "), total)
    };
    let search = |text: &str| UserQuery { search: Some(text.to_owned()), ..query() };
    assert_eq!(names(query()).await, ("Ada Alan Émilie".to_owned(), 3));
    assert_eq!(names(search("aDA lOVE")).await, ("Ada".to_owned(), 1));
    assert_eq!(names(search("y_1@")).await, ("Alan".to_owned(), 1));
    assert_eq!(names(search("_")).await, ("Alan".to_owned(), 1), "signs of patterns mean themselves");
    assert_eq!(names(search("%")).await, ("Émilie".to_owned(), 1));
    assert_eq!(names(search("\\")).await, (String::new(), 0));
    let by_email = UserQuery { order: UserOrder::Email, limit: 2, ..query() };
    assert_eq!(names(by_email.clone()).await, ("Émilie Alan".to_owned(), 3));
    assert_eq!(names(UserQuery { offset: 2, ..by_email.clone() }).await, ("Ada".to_owned(), 3));
    assert_eq!(names(UserQuery { offset: u64::MAX, ..by_email.clone() }).await, (String::new(), 3));
    assert_eq!(names(UserQuery { descending: true, ..by_email }).await, ("Ada Alan".to_owned(), 3));
    assert_eq!(names(UserQuery { email: Some("Z@EXAMPLE.org".to_owned()), ..query() }).await, ("Ada".to_owned(), 1));
}
