//! The room's rules told on short texts.

use std::io::{Cursor, Write as _};

use super::*;
use crate::container::Package;
use crate::limits::Limits;

fn facts_of(texts: &[&str]) -> EndpointFacts {
    let mut collector = Collector::new(&Limits::default());
    for (index, text) in texts.iter().enumerate() {
        collector.add(text, |offset| {
            Place::file(format!("{index}.txt")).offset(offset as u64)
        });
    }
    collector.finish()
}

#[test]
fn what_only_looks_like_a_url_is_none() {
    for text in [
        "file:///android_asset/a.html",
        "content://com.example/x",
        "http:// a",
    ] {
        assert_eq!(facts_of(&[text]).endpoints, [], "{text}");
    }
}

#[test]
fn a_host_says_what_it_is() {
    for (url, host, kind) in [
        (
            "https://User:pw@API.Shop.cn:8443/x",
            "api.shop.cn",
            HostKind::Name,
        ),
        ("http://47.98.1.2/x", "47.98.1.2", HostKind::Ip),
        (
            "http://192.168.1.10:8080",
            "192.168.1.10",
            HostKind::Private,
        ),
        ("http://10.0.2.2/api", "10.0.2.2", HostKind::Private),
        ("http://100.64.3.4/api", "100.64.3.4", HostKind::Private),
        ("http://printer.local/x", "printer.local", HostKind::Private),
        (
            "http://buildserver:9000/x",
            "buildserver",
            HostKind::Private,
        ),
        ("http://localhost:8081", "localhost", HostKind::Local),
        ("ws://127.0.0.1:1234", "127.0.0.1", HostKind::Local),
        ("http://[::1]:80/", "::1", HostKind::Local),
        ("http://[2400:3200::1]/", "2400:3200::1", HostKind::Ip),
        ("https://%s.shop.cn/x", "%s.shop.cn", HostKind::Template),
        ("https://${host}/x", "${host}", HostKind::Template),
        (
            "https://xn--fiq228c.xn--fiqs8s/",
            "xn--fiq228c.xn--fiqs8s",
            HostKind::Name,
        ),
    ] {
        let facts = facts_of(&[url]);
        let endpoint = &facts.endpoints[0];
        assert_eq!(
            (endpoint.host.as_str(), endpoint.host_kind),
            (host, kind),
            "{url}"
        );
    }
    for no_host in [
        "http://a",
        "https://www.",
        "http://1.2.3/x",
        "http://a..b/x",
        "http://shop.c/x",
        "https://?q",
    ] {
        assert_eq!(facts_of(&[no_host]).endpoints, [], "{no_host}");
    }
}

#[test]
fn a_namespace_or_a_licence_is_no_place_to_talk_to() {
    for url in [
        "http://schemas.android.com/apk/res/android",
        "http://www.w3.org/2000/svg",
        "http://www.apache.org/licenses/LICENSE-2.0",
        "https://github.com/square/okhttp/issues",
        "https://www.example.com/x",
        "http://javax.xml.transform.dom.DOMSource/feature",
        "https://www.googleapis.com/auth/drive",
    ] {
        let facts = facts_of(&[url]);
        assert_eq!(facts.endpoints[0].kind, Kind::Reference, "{url}");
        assert!(!facts.endpoints[0].cleartext, "{url}");
    }
    for url in [
        "https://api.github.com/repos",
        "http://schemas.android.com.evil.cn/x",
        "http://notexample.com/x",
        "http://javax.xml/x",
        "https://www.googleapis.com/drive/v3",
        "https://firebase.google.com/v1/data",
    ] {
        assert_eq!(facts_of(&[url]).endpoints[0].kind, Kind::Endpoint, "{url}");
    }
}

#[test]
fn plain_traffic_to_this_device_is_not_cleartext() {
    let clear = |url: &str| facts_of(&[url]).endpoints[0].cleartext;
    assert!(clear("http://shop.cn/api"));
    assert!(clear("ws://shop.cn/s"));
    assert!(clear("http://192.168.0.1/x"));
    assert!(!clear("https://shop.cn/api"));
    assert!(!clear("http://127.0.0.1:8080/"));
}

#[test]
fn the_same_url_is_one_fact_with_its_first_places() {
    let texts = ["x https://a.cn/1"; 7];
    let facts = facts_of(&texts);
    assert_eq!(facts.endpoints.len(), 1);
    assert_eq!(facts.endpoints[0].count, 7);
    let files: Vec<&str> = facts.endpoints[0]
        .places
        .iter()
        .map(|p| p.file.as_str())
        .collect();
    assert_eq!(files, ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]);
    assert_eq!(facts.endpoints[0].places[0].offset, Some(2));
}

#[test]
fn the_list_is_bounded_and_the_same_in_any_order() {
    let limits = Limits {
        listed: 3,
        ..Limits::default()
    };
    let urls = [
        "https://a.cn",
        "https://b.cn",
        "https://c.cn",
        "https://d.cn",
        "https://e.cn",
    ];
    let run = |order: &[usize]| {
        let mut collector = Collector::new(&limits);
        for &index in order {
            collector.add(urls[index], |_| Place::file("x"));
        }
        collector.finish()
    };
    let facts = run(&[0, 1, 2, 3, 4, 3]);
    assert_eq!(facts.not_listed, 2);
    assert_eq!(facts.endpoints[2].url, "https://c.cn");
    assert_eq!(run(&[4, 3, 3, 2, 1, 0]), facts);

    let mut first = Collector::new(&limits);
    first.add("https://e.cn https://d.cn https://c.cn", |_| {
        Place::file("x")
    });
    let mut second = Collector::new(&limits);
    second.add("https://d.cn https://b.cn https://a.cn", |_| {
        Place::file("x")
    });
    first.merge(second);
    assert_eq!(first.finish(), facts);
}

#[test]
fn hostile_text_costs_linear_time() {
    let start = std::time::Instant::now();
    let many = "http://a.cn/".repeat(20_000);
    // The URL is cut at 2048 bytes; only the last ones are shorter.
    assert_eq!(facts_of(&[&many]).endpoints.len(), 171);
    let brackets = format!("http://a.cn/{}", ")".repeat(2000)).repeat(300);
    assert_eq!(facts_of(&[&brackets]).endpoints[0].url, "http://a.cn/");
    let colons = ":".repeat(1_000_000);
    assert_eq!(facts_of(&[&colons]).endpoints, []);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn text_files_are_searched_and_binary_ones_are_not() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [
        ("AndroidManifest.xml", &b""[..]),
        (
            "assets/config.JSON",
            b"{\n \"api\": \"https:\\/\\/api.shop.cn\\/v1\"}",
        ),
        (
            "assets/app.bundle",
            b"\xc6\x1f\xbc\x03\0https://a.cnhttps://b.cn\0",
        ),
        ("assets/image.png", b"https://c.cn"),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let limits = Limits::default();
    let package = Package::from_bytes("app.apk", bytes, &limits).unwrap();
    let mut collector = Collector::new(&limits);
    assert_eq!(collector.files(&package, &limits), []);
    let facts = collector.finish();
    assert_eq!(facts.endpoints.len(), 1);
    assert_eq!(facts.endpoints[0].url, "https://api.shop.cn/v1");
    let place = Place::file("assets/config.JSON").line(2).offset(11);
    assert_eq!(facts.endpoints[0].places, [place]);
}
