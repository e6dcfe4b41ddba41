//! Files from anywhere, the whole way in: whatever the bytes, the upload is done with, the rest goes on, and
//! what is sound is kept.

use crate::{dump::events, fit_bytes, world::World};
use ingest::Incoming;
use model::{FileFormat, PartMeta, ProviderName, Timestamp, UserId};
use proptest::{prelude::*, test_runner::TestRunner};
use store::DeliveryKind;

const START: Timestamp = Timestamp::from_seconds(1_772_352_000);
const GPX: &str = r#"<?xml version="1.0"?><gpx creator="x"><trk><name>n</name><type>run</type><trkseg>
<trkpt lat="52.5" lon="13.4"><ele>30</ele><time>2026-03-01T08:00:00Z</time><extensions><a:hr>120</a:hr></extensions>
</trkpt><trkpt lat="52.6" lon="13.4"><time>2026-03-01T08:01:00Z</time></trkpt></trkseg></trk></gpx>"#;
const TCX: &str = r#"<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running">
<Id>2026-03-01T08:00:00Z</Id><Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>60</TotalTimeSeconds><Track>
<Trackpoint><Time>2026-03-01T08:00:00Z</Time><HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint></Track></Lap>
</Activity></Activities></TrainingCenterDatabase>"#;

/// Files of each format with wrong bytes, cut anywhere, and bytes that are none.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![fit_bytes::run(START, 100), TCX.into(), GPX.into()]);
    let wrong = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    let damaged = (whole, wrong, any::<prop::sample::Index>()).prop_map(|(mut bytes, wrong, cut)| {
        for (index, byte) in wrong {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        bytes
    });
    prop_oneof![4 => damaged, 1 => prop::collection::vec(any::<u8>(), 0..500)]
}

async fn upload(world: &World, user: UserId, format: Option<FileFormat>, bytes: &[u8]) {
    let incoming = Incoming {
        kind: DeliveryKind::Upload,
        provider: ProviderName::from_static("file"),
        app_id: None,
        user_id: Some(user),
        connection_id: None,
        part_type: Some("workout_file".to_owned()),
        meta: PartMeta { format, ..PartMeta::default() },
    };
    world.accept(incoming, bytes).await.unwrap();
    world.work().await;
}

#[test]
fn whatever_is_uploaded_is_done_with_and_what_is_sound_is_kept() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, user) = runtime.block_on(async {
        let world = World::new().await;
        let user = world.person("a").await;
        (world, user)
    });
    let formats = (files(), 0usize..4);
    TestRunner::default()
        .run(&formats, |(bytes, format)| {
            let depths = runtime.block_on(async {
                upload(&world, user, FileFormat::ALL.get(format).copied(), &bytes).await;
                world.depths().await
            });
            prop_assert_eq!((depths.deliveries_waiting, depths.deliveries_dead), (0, 0));
            prop_assert_eq!((depths.parts_waiting, depths.parts_dead), (0, 0));
            Ok(())
        })
        .unwrap();
    let sound = runtime.block_on(async {
        // damaged times may be any, but hardly this one
        let next_day = START.plus_seconds(86_400);
        upload(&world, user, None, &fit_bytes::run(next_day, 100)).await;
        events(&world, user).await.into_iter().filter(|event| event.start == next_day).count()
    });
    assert_eq!(sound, 1);
}
