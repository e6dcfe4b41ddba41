//! The OpenAPI document: collected from the routes, completed with what holds for all of them.

use crate::ErrorBody;
use utoipa::{
    PartialSchema as _,
    openapi::{
        ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

const TAGS: &[(&str, &str)] = &[
    ("Auth", "Log in as a developer; tokens are opaque and end."),
    ("API keys", "Keys for programs. Shown once, stored as hashes."),
    ("Users", "The people whose data is kept."),
    ("Connections", "Users' links to accounts at providers, and where data came from."),
    ("Events", "Workouts and sleep, their samples and files."),
    ("Timeseries", "Samples over time."),
    ("Scores", "Judgements of days and nights, by providers and by open algorithms."),
    ("Priorities", "Which source counts where several overlap."),
    ("Sync", "What is happening and has happened."),
    ("Mobile SDK", "Phones that send: applications, codes, tokens, health data and logs."),
    ("Webhooks", "Messages to your endpoints."),
    ("Inbound", "Providers' webhooks."),
    ("System", "Health, metrics, this document."),
];

/// The document of every route.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = crate::router::routes().into_openapi();
    let frame = frame();
    document.info = frame.info;
    document.tags = frame.tags;
    let components = document.components.get_or_insert_default();
    components.schemas.insert("ErrorBody".to_owned(), ErrorBody::schema());
    let key = ApiKey::Header(ApiKeyValue::with_description(
        "X-Open-Wearables-API-Key",
        "An API key; `Authorization: Bearer` takes it as well",
    ));
    components.add_security_scheme("api_key", SecurityScheme::ApiKey(key));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A developer's access token"));
    components.add_security_scheme("developer_token", SecurityScheme::Http(bearer.build()));
    let phone =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some("A phone's token"));
    components.add_security_scheme("sdk_token", SecurityScheme::Http(phone.build()));
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(complete);
    }
    document
}

fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Wearhouse")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Every wearable, one API, your own server. Times are RFC 3339 in UTC; errors are `{\"detail\": \"…\"}`.",
        ))
        .build();
    let tags = TAGS.iter().map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build());
    OpenApiBuilder::new().info(info).tags(Some(tags.collect::<Vec<_>>())).build()
}

/// Adds the answers that hold for every operation of a kind.
fn complete(operation: &mut Operation) {
    let takes_input =
        operation.parameters.as_ref().is_some_and(|list| !list.is_empty()) || operation.request_body.is_some();
    let responses = &mut operation.responses.responses;
    let mut add = |status: &str, description: &str| {
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(refusal(description)));
    };
    if operation.security.is_some() {
        add("401", "Credentials are missing or not good");
    }
    if takes_input {
        add("400", "A parameter or field does not hold what it should; `detail` names it");
    }
    add("500", "Something failed inside");
}

fn refusal(description: &str) -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name("ErrorBody"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
