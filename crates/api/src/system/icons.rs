//! `GET /static/provider-icons/{file}`: a plain sign for each provider, made here: its initial on a disc. No
//! provider's mark is copied.

use crate::error::{ApiError, Result};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

pub(crate) async fn icon(Path(file): Path<String>) -> Result<Response> {
    let provider = providers::all().map(|provider| provider.manifest()).find(|manifest| manifest.icon == file);
    let manifest = provider.ok_or_else(|| ApiError::NotFound("Not Found".to_owned()))?;
    let initial = manifest.title.chars().find(char::is_ascii_alphanumeric).unwrap_or('?');
    let hue =
        manifest.name.as_str().bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 360;
    let sign = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><circle cx=\"32\" cy=\"32\" r=\"32\" \
         fill=\"hsl({hue} 45% 40%)\"/><text x=\"32\" y=\"43\" font-family=\"system-ui,sans-serif\" font-size=\"32\" \
         font-weight=\"600\" text-anchor=\"middle\" fill=\"#fff\">{initial}</text></svg>"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, sign).into_response())
}
