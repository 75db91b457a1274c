//! Who signed a package: the signing block of each APK and the signature
//! files of JAR signing.

use super::archive::Entry;
use super::package::{Module, Package};
use crate::decode::DecodeError;
use crate::decode::signing::{self, Signing};
use crate::evidence::{Gap, GapKind, Part, Place};

/// Reads the signatures of all archives that are installed; what cannot be
/// read becomes a gap of the package.
pub(super) fn of(package: &Package) -> Signing {
    let mut signing = Signing::default();
    // A bundle is signed as a whole, a set of APKs each on its own.
    let whole_bundle = package
        .modules
        .first()
        .is_some_and(|module| !module.directory.is_empty());
    let archives: Vec<&Module> = match &package.outer {
        Some(outer) if whole_bundle || package.modules.is_empty() => vec![outer],
        _ => package.modules.iter().collect(),
    };
    for module in archives {
        block(package, module, &mut signing);
        jar(package, module, &mut signing);
    }
    signing
}

/// The schemes of the APK Signing Block. The newest come first, so that a
/// certificate is shown where Android takes it from.
fn block(package: &Package, module: &Module, signing: &mut Signing) {
    let file = match module.place_prefix.strip_suffix("!/") {
        Some(file) => file.to_owned(),
        None => package.file_name(),
    };
    let place = Place::file(file).at("APK Signing Block");
    let archive = &module.archive;
    let blocks = match signing::block(archive.bytes(), archive.directory_offset()) {
        Ok(blocks) => blocks.unwrap_or_default(),
        Err(error) => return note(package, &place, &error),
    };
    if signing.sealed_dependencies.is_none() {
        let sealed = signing::sealed_dependencies(archive.bytes(), archive.directory_offset());
        signing.sealed_dependencies = sealed.map(|offset| {
            let offset = u64::try_from(offset).unwrap_or(u64::MAX);
            place.clone().offset(offset)
        });
    }
    for block in blocks.iter().rev() {
        let offset = u64::try_from(block.offset).unwrap_or(u64::MAX);
        let place = place.clone().offset(offset);
        let certificates = match &block.certificates {
            Ok(certificates) => certificates.as_slice(),
            Err(error) => {
                note(package, &place, error);
                &[]
            }
        };
        for error in signing.add(block.scheme, certificates, &place) {
            note(package, &place, &error);
        }
    }
}

/// JAR signing (scheme v1).
fn jar(package: &Package, module: &Module, signing: &mut Signing) {
    for entry in module.entries().filter(|entry| is_signature(entry)) {
        let place = module.place(entry);
        let file = match module.read(entry) {
            Ok(file) => file,
            Err(error) => {
                signing.add("v1", &[], &place);
                package.budget.note_gap(Gap {
                    part: Part::Signature,
                    kind: error.gap_kind(),
                    place,
                    detail: error.to_string(),
                });
                continue;
            }
        };
        let certificates = signing::pkcs7(&file).unwrap_or_else(|error| {
            note(package, &place, &error);
            Vec::new()
        });
        for error in signing.add("v1", &certificates, &place) {
            note(package, &place, &error);
        }
    }
}

/// A signature block file of the JAR specification: directly in `META-INF/`.
fn is_signature(entry: &Entry) -> bool {
    let Some((folder, file)) = entry.name.split_once('/') else {
        return false;
    };
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    folder.eq_ignore_ascii_case("META-INF")
        && !file.contains('/')
        && ["RSA", "DSA", "EC"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
}

fn note(package: &Package, place: &Place, error: &DecodeError) {
    package.budget.note_gap(Gap {
        part: Part::Signature,
        kind: GapKind::Malformed,
        place: place.clone(),
        detail: error.to_string(),
    });
}

#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests may"
)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    /// What `apksigner verify --print-certs` prints for the fixtures.
    const DIGEST: &str = "3ce22b7032ae0ec290bb5d09df332ec378cea15878c8c2f2662805bcb3cb0056";

    fn fixture(name: &str) -> Vec<u8> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read(root.join("fixtures/apps").join(name)).unwrap()
    }

    fn signed(bytes: Vec<u8>) -> (Signing, Vec<Gap>) {
        let package = Package::from_bytes("x.apk", bytes, &Limits::default()).unwrap();
        (package.signing(), package.gaps())
    }

    fn position(bytes: &[u8], what: &[u8]) -> usize {
        memchr::memmem::find(bytes, what).unwrap()
    }

    #[test]
    fn one_signer_in_three_schemes_is_one_certificate() {
        let (signing, gaps) = signed(fixture("shop/shop.apk"));
        assert_eq!(gaps, []);
        assert_eq!(signing.schemes, ["v1", "v2", "v3"]);
        let [certificate] = &signing.certificates[..] else {
            unreachable!("one certificate: {signing:?}");
        };
        assert_eq!(certificate.sha256, DIGEST);
        assert_eq!(certificate.subject, "CN=apkaudit fixtures,O=Example");
        assert_eq!(certificate.schemes, signing.schemes);
        assert_eq!(certificate.place.file, "x.apk");
    }

    #[test]
    fn a_package_without_a_signature_has_no_scheme_and_no_gap() {
        let mut bytes = fixture("shop/shop.apk");
        let magic = position(&bytes, b"APK Sig Block 42");
        bytes[magic] = b'?';
        while let Some(at) = memchr::memmem::find(&bytes, b"DEBUG.RSA") {
            bytes[at + 6..at + 9].copy_from_slice(b"TXT");
        }
        assert_eq!(signed(bytes), (Signing::default(), Vec::new()));
    }

    #[test]
    fn a_broken_signing_block_is_a_gap_and_the_jar_signature_still_read() {
        let mut bytes = fixture("shop/shop.apk");
        let magic = position(&bytes, b"APK Sig Block 42");
        bytes[magic - 3] = 0x7f;
        let (signing, gaps) = signed(bytes);
        assert_eq!(signing.schemes, ["v1"]);
        assert_eq!(signing.certificates[0].sha256, DIGEST);
        assert!(signing.certificates[0].place.file.starts_with("META-INF/"));
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].part, Part::Signature);
        assert!(gaps[0].detail.contains("is larger than what stands before"));
    }

    #[test]
    fn a_scheme_whose_signers_cannot_be_read_is_named_all_the_same() {
        let mut bytes = fixture("clean/clean.apk");
        let v2 = position(&bytes, &0x7109_871a_u32.to_le_bytes());
        bytes[v2 + 4..v2 + 8].copy_from_slice(&[0xff; 4]);
        let (signing, gaps) = signed(bytes);
        assert_eq!(signing.schemes, ["v1", "v2", "v3"]);
        assert_eq!(signing.certificates[0].schemes, ["v1", "v3"]);
        assert_eq!(gaps.len(), 1);
    }

    #[test]
    fn no_flipped_byte_of_a_signing_block_does_harm() {
        let bytes = fixture("clean/clean.apk");
        let end = position(&bytes, b"APK Sig Block 42") + 16;
        let start = end.saturating_sub(6000);
        let mut block = bytes[start..end].to_vec();
        for at in 0..block.len() {
            block[at] ^= 0xff;
            if let Ok(Some(schemes)) = signing::block(&block, block.len()) {
                for certificate in schemes.iter().filter_map(|s| s.certificates.as_ref().ok()) {
                    let mut signing = Signing::default();
                    signing.add("v2", certificate, &Place::default());
                    assert!(!signing.certificates.is_empty());
                }
            }
            block[at] ^= 0xff;
        }
    }
}
