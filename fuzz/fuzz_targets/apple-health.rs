//! What a phone exports, the XML or the zip around it, cut into pieces of which each is read.
#![no_main]

use formats::{
    apple_health::{PieceKind, cut},
    archive::Order,
};
use fuzz::Chunks;
use model::PartMeta;
use providers::{Provider, find};
use std::io::{self, Read};

type Pieces = Vec<(PieceKind, Option<String>, Vec<u8>)>;

fn pieces(open: impl Fn() -> Box<dyn Read>, order: Order) -> (bool, Pieces) {
    let mut pieces = Pieces::new();
    let cut = cut::<io::Error, _>(
        || Ok(open()),
        order,
        |piece| {
            pieces.push((piece.kind, piece.name.map(str::to_owned), piece.bytes.to_vec()));
            Ok(())
        },
    );
    (cut.is_ok(), pieces)
}

fn part_type(kind: PieceKind) -> &'static str {
    match kind {
        PieceKind::Elements => "health_export",
        PieceKind::Route => "workout_route",
        PieceKind::Electrocardiogram => "electrocardiogram",
        PieceKind::ClinicalRecord => "clinical_record",
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let owned = bytes.to_vec();
    let whole = || Box::new(io::Cursor::new(owned.clone())) as Box<dyn Read>;
    let in_chunks = || Box::new(Chunks::of_owned(owned.clone())) as Box<dyn Read>;
    let kept = pieces(whole, Order::ToKeep);
    assert_eq!(kept, pieces(in_chunks, Order::ToKeep), "the cut does not depend on how bytes arrive");
    assert_eq!(kept.1.len(), pieces(whole, Order::AsItLies).1.len(), "the order takes and adds nothing");
    let apple: &dyn Provider = find("apple").unwrap();
    for (kind, name, bytes) in kept.1 {
        let meta = PartMeta { file_name: name, ..PartMeta::default() };
        fuzz::check_mapped(&apple.map(part_type(kind), &meta, &mut bytes.as_slice()));
    }
});
