use super::*;

fn fields(data: &[u8]) -> Vec<Result<(u32, Wire<'_>), DecodeError>> {
    Message::whole(data, "sample").fields().collect()
}

#[test]
fn fields_come_in_file_order_with_their_offsets() {
    let data = b"\x08\x96\x01\x12\x02hi\x1d\x01\x00\x00\x00\x21\0\0\0\0\0\0\0\0\x08\x01";
    let found = fields(data);
    assert_eq!(found.len(), 5);
    assert!(matches!(found[0], Ok((1, Wire::Varint(150)))));
    match &found[1] {
        Ok((2, Wire::Bytes(text))) => {
            assert_eq!((text.offset(), text.text()), (5, "hi".to_owned()));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(found[2], Ok((3, Wire::Word(1)))));
    assert!(matches!(found[3], Ok((4, Wire::Long))));
    let message = Message::whole(data, "sample");
    assert_eq!(message.number(1), Ok(1), "the last one counts");
    assert_eq!(message.number(9), Ok(0));
}

#[test]
fn reading_ends_after_an_error() {
    for bad in [
        &b"\x12\x05hi"[..],
        b"\x08",
        b"\x0b\x0c",
        b"\x02\x00",
        b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    ] {
        let found = fields(bad);
        assert_eq!(found.len(), 1, "{bad:?}");
        assert!(found[0].is_err(), "{bad:?}");
    }
}

fn raw(data: &[u8]) -> Option<(u8, u32)> {
    match item(&Message::whole(data, "item")).unwrap() {
        Some(Item::Raw(raw)) => Some((raw.kind, raw.data)),
        _ => None,
    }
}

#[test]
fn every_kind_of_number_gets_its_type() {
    assert_eq!(raw(b"\x3a\x02\x0a\x00"), Some((0x00, 0)));
    assert_eq!(raw(b"\x3a\x02\x12\x00"), Some((0x00, 1)));
    assert_eq!(
        raw(b"\x3a\x05\x1d\x00\x00\x80\x3f"),
        Some((0x04, 0x3f80_0000))
    );
    assert_eq!(raw(b"\x3a\x03\x68\x81\x20"), Some((0x05, 0x1001)));
    assert_eq!(raw(b"\x3a\x02\x70\x30"), Some((0x06, 0x30)));
    let minus_one = b"\x3a\x0b\x30\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    assert_eq!(raw(minus_one), Some((0x10, u32::MAX)));
    assert_eq!(raw(b"\x3a\x02\x38\x10"), Some((0x11, 0x10)));
    assert_eq!(raw(b"\x3a\x02\x40\x01"), Some((0x12, u32::MAX)));
    assert_eq!(raw(b"\x3a\x02\x50\x07"), Some((0x1d, 7)));
    assert_eq!(raw(b"\x32\x00"), Some((0x12, 0)), "an id");
}

#[test]
fn references_have_an_id_or_a_name_or_nothing() {
    assert_eq!(raw(b"\x0a\x04\x10\x81\x80\x04"), Some((0x01, 0x1_0001)));
    assert_eq!(
        raw(b"\x0a\x06\x08\x01\x10\x81\x80\x04"),
        Some((0x02, 0x1_0001))
    );
    assert_eq!(
        raw(b"\x0a\x08\x10\x81\x80\x04\x2a\x02\x08\x01"),
        Some((0x07, 0x1_0001))
    );
    assert_eq!(raw(b"\x0a\x00"), Some((0x01, 0)));
    let named = item(&Message::whole(b"\x0a\x0a\x1a\x08string/x", "item"));
    assert!(matches!(named, Ok(Some(Item::Named(name))) if name == "@string/x"));
}

#[test]
fn texts_of_every_kind_are_found() {
    for data in [
        &b"\x12\x03\x0a\x01x"[..],
        b"\x1a\x03\x0a\x01x",
        b"\x22\x07\x0a\x01x\x12\x02\x0a\x00",
        b"\x2a\x05\x0a\x01x\x10\x03",
    ] {
        match item(&Message::whole(data, "item")) {
            Ok(Some(Item::Text(text))) => assert_eq!(text.text(), "x"),
            other => panic!("{other:?}"),
        }
    }
    let empty = item(&Message::whole(b"\x12\x00", "item"));
    assert!(matches!(empty, Ok(Some(Item::Text(text))) if text.bytes().is_empty()));
    let unknown = item(&Message::whole(b"\x40\x01", "item"));
    assert!(matches!(unknown, Ok(None)));
}
