//! Signing schemes that are present and whose certificates they name:
//! identity, not verification.
//!
//! Sources: source.android.com, "APK Signature Scheme v2" and "v3" (block
//! format), `ApkSigningBlockUtils` of apksig (v3.1), RFC 5652 section 5
//! (`SignedData` of a JAR signature).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::DecodeError;
use super::certificate::{X509, hex};
use super::cursor::Cursor;
use super::der::{Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET, context};
use crate::evidence::Place;

/// How a package is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// Schemes present: `v1`, `v2`, `v3`, `v3.1`, in this order. (A v4
    /// signature is a file beside the package.)
    pub schemes: Vec<String>,
    /// Certificates of the signers, sorted by digest.
    pub certificates: Vec<Certificate>,
    /// Where the list of dependencies stands that Gradle encrypts for
    /// Google Play: it is there, and nobody else can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_dependencies: Option<Place>,
}

/// Certificate of a signer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Certificate {
    /// SHA-256 of the DER encoding, lower-case hexadecimal.
    pub sha256: String,
    /// Subject as RFC 4514 text: `CN=Android Debug,O=Android,C=US`. Empty if
    /// the certificate cannot be read.
    pub subject: String,
    /// Schemes that carry it.
    pub schemes: Vec<String>,
    /// Where it was seen.
    pub place: Place,
}

/// The signature of one scheme in an APK Signing Block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeBlock<'a> {
    /// `v2`, `v3` or `v3.1`.
    pub scheme: &'static str,
    /// Offset in bytes of its value in the archive.
    pub offset: usize,
    /// The certificate of each signer, in DER: the first of each chain.
    pub certificates: Result<Vec<&'a [u8]>, DecodeError>,
}

const MAGIC: &[u8] = b"APK Sig Block 42";
/// Size field and magic behind the pairs.
const FOOTER: usize = 24;
/// Pairs by their number; others (padding, source stamp, channel marks) are
/// no signature of the package.
const SCHEMES: [(u32, &str); 3] = [
    (0x7109_871a, "v2"),
    (0xf053_68c0, "v3"),
    (0x1b93_ad61, "v3.1"),
];
/// Dependencies of the app, encrypted for Google Play
/// (`DEPENDENCY_INFO_BLOCK_ID` of `SigningExtension` in the Android Gradle
/// plugin's tools).
const DEPENDENCIES: u32 = 0x504b_4453;
/// More pairs than any tool writes; bounds the walk.
const MAX_PAIRS: usize = 1024;

/// Reads the APK Signing Block that ends where the central directory begins.
/// `None` if there is none. Of two values with the same number the first
/// counts, as on Android.
///
/// # Errors
/// When the block is marked as one, but its sizes contradict each other.
pub fn block(
    archive: &[u8],
    directory_offset: usize,
) -> Result<Option<Vec<SchemeBlock<'_>>>, DecodeError> {
    let Some(pairs) = pairs(archive, directory_offset)? else {
        return Ok(None);
    };
    let mut found: Vec<SchemeBlock<'_>> = Vec::new();
    for (id, offset, value) in pairs {
        let Some(&(_, scheme)) = SCHEMES.iter().find(|(known, _)| *known == id) else {
            continue;
        };
        if found.iter().all(|block| block.scheme != scheme) {
            found.push(SchemeBlock {
                scheme,
                offset,
                certificates: signers(value),
            });
        }
    }
    found.sort_by_key(|block| block.scheme);
    Ok(Some(found))
}

/// Offset in bytes of the dependencies that are encrypted for Google Play;
/// `None` if there are none.
pub fn sealed_dependencies(archive: &[u8], directory_offset: usize) -> Option<usize> {
    let pairs = pairs(archive, directory_offset).ok()??;
    let sealed = pairs.into_iter().find(|(id, ..)| *id == DEPENDENCIES);
    sealed.map(|(_, offset, _)| offset)
}

/// Number, offset and value of each pair of the block.
type Pair<'a> = (u32, usize, Cursor<'a>);

fn pairs(archive: &[u8], directory_offset: usize) -> Result<Option<Vec<Pair<'_>>>, DecodeError> {
    const WHAT: &str = "APK Signing Block";
    let Some(footer) = directory_offset.checked_sub(FOOTER) else {
        return Ok(None);
    };
    let data = archive.get(..directory_offset).unwrap_or_default();
    let mut end = Cursor::new(data, footer, WHAT);
    let (Ok(size), Ok(magic)) = (end.u64(), end.take(MAGIC.len())) else {
        return Ok(None);
    };
    if magic != MAGIC {
        return Ok(None);
    }
    let malformed = |why| DecodeError::new(WHAT, why, footer);
    let start = usize::try_from(size)
        .ok()
        .and_then(|size| size.checked_add(8))
        .and_then(|size| directory_offset.checked_sub(size))
        .ok_or_else(|| malformed("is larger than what stands before it"))?;
    let pairs = data.get(..footer).unwrap_or_default();
    let mut pairs = Cursor::new(pairs, start, WHAT);
    if pairs.u64()? != size {
        return Err(malformed("has two sizes that differ"));
    }
    let mut found = Vec::new();
    for _ in 0..MAX_PAIRS {
        if pairs.remaining() == 0 {
            break;
        }
        let len = usize::try_from(pairs.u64()?)
            .map_err(|_| pairs.error("has a length that overflows"))?;
        let offset = pairs.pos().saturating_add(4);
        let mut pair = Cursor::new(pairs.take(len)?, 0, WHAT);
        let id = pair.u32()?;
        found.push((id, offset, pair));
    }
    Ok(Some(found))
}

/// The certificate of each signer. Versions 2, 3 and 3.1 begin alike:
/// signers, each with signed data, in it digests and certificates.
fn signers(value: Cursor<'_>) -> Result<Vec<&[u8]>, DecodeError> {
    const WHAT: &str = "signer";
    let mut certificates = Vec::new();
    let mut signers = prefixed(value)?;
    while signers.remaining() > 0 {
        let signer = prefixed_in(&mut signers, WHAT)?;
        let mut signed = prefixed(signer)?;
        let _digests = prefixed_in(&mut signed, WHAT)?;
        let mut chain = prefixed_in(&mut signed, WHAT)?;
        let len = chain.index()?;
        certificates.push(chain.take(len)?);
    }
    if certificates.is_empty() {
        return Err(signers.error("is missing"));
    }
    Ok(certificates)
}

/// What follows a 32-bit length.
fn prefixed(mut cursor: Cursor<'_>) -> Result<Cursor<'_>, DecodeError> {
    prefixed_in(&mut cursor, "signer")
}

fn prefixed_in<'a>(cursor: &mut Cursor<'a>, what: &'static str) -> Result<Cursor<'a>, DecodeError> {
    let len = cursor.index()?;
    Ok(Cursor::new(cursor.take(len)?, 0, what))
}

/// The certificates of the signers of a JAR signature file (`META-INF/*.RSA`,
/// `*.DSA`, `*.EC`), in DER. Certificates of the chain above them are left
/// out.
///
/// # Errors
/// When it is no `SignedData` of PKCS #7, or holds no certificate of a
/// signer.
pub fn pkcs7(file: &[u8]) -> Result<Vec<&[u8]>, DecodeError> {
    const WHAT: &str = "PKCS #7 signature";
    /// 1.2.840.113549.1.7.2
    const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let content_info = Elements::new(file, WHAT).expect(SEQUENCE)?;
    let mut fields = Elements::new(content_info.body, WHAT);
    if fields.expect(OBJECT_IDENTIFIER)?.body != SIGNED_DATA {
        return Err(DecodeError::new(WHAT, "holds no signed data", 0));
    }
    let content = fields.expect(context(0))?;
    let signed_data = Elements::new(content.body, WHAT).expect(SEQUENCE)?;
    let mut fields = Elements::new(signed_data.body, WHAT);
    let _version = fields.expect(INTEGER)?;
    let _algorithms = fields.expect(SET)?;
    let _content = fields.expect(SEQUENCE)?;
    let carried = fields.optional(context(0))?;
    let _revoked = fields.optional(context(1))?;
    let signers = fields.expect(SET)?;

    let mut certificates = Vec::new();
    let mut carried = Elements::new(carried.map_or(&[][..], |set| set.body), WHAT);
    while let Some(certificate) = carried.read()? {
        // Attribute certificates have context tags.
        if certificate.tag == SEQUENCE {
            certificates.push(certificate.whole);
        }
    }
    signed_by(&certificates, signers.body)
}

/// The certificates that the signers name by issuer and serial number, in
/// the order of the signers.
fn signed_by<'a>(certificates: &[&'a [u8]], signers: &[u8]) -> Result<Vec<&'a [u8]>, DecodeError> {
    const WHAT: &str = "PKCS #7 signature";
    /// More than any tool writes; bounds the search.
    const MAX_SIGNERS: usize = 64;
    let known: Vec<(&[u8], X509<'_>)> = certificates
        .iter()
        .filter_map(|&der| Some((der, X509::read(der).ok()?)))
        .collect();
    let mut found: Vec<&[u8]> = Vec::new();
    let mut infos = Elements::new(signers, WHAT);
    let mut seen = 0_usize;
    while let Some(info) = infos.read()?.filter(|_| seen < MAX_SIGNERS) {
        seen = seen.saturating_add(1);
        let mut fields = Elements::new(info.body, WHAT);
        let _version = fields.expect(INTEGER)?;
        let Some(id) = fields.optional(SEQUENCE)? else {
            continue;
        };
        let mut id = Elements::new(id.body, WHAT);
        let issuer = id.expect(SEQUENCE)?.whole;
        let serial = id.expect(INTEGER)?.body;
        let named = known
            .iter()
            .find(|(_, x509)| x509.issuer == issuer && x509.serial == serial);
        if let Some(&(der, _)) = named
            && !found.contains(&der)
        {
            found.push(der);
        }
    }
    match certificates {
        // A signer may be named by its key instead; alone, it is clear whose.
        [only] if found.is_empty() && seen > 0 => Ok(vec![only]),
        _ if found.is_empty() => Err(DecodeError::new(WHAT, "names no certificate in it", 0)),
        _ => Ok(found),
    }
}

impl Signing {
    /// Adds a scheme that is present and the certificates, in DER, that it
    /// names at `place`. A certificate that several schemes carry is kept
    /// once, with the place of the first. What cannot be read of a
    /// certificate is given back; its digest is kept all the same.
    pub fn add(&mut self, scheme: &str, certificates: &[&[u8]], place: &Place) -> Vec<DecodeError> {
        insert(&mut self.schemes, scheme);
        let mut problems = Vec::new();
        for der in certificates {
            let sha256 = hex(&Sha256::digest(der));
            let known = self
                .certificates
                .binary_search_by(|known| known.sha256.cmp(&sha256));
            match known {
                Ok(at) => {
                    if let Some(known) = self.certificates.get_mut(at) {
                        insert(&mut known.schemes, scheme);
                    }
                }
                Err(at) => {
                    let subject = X509::read(der).and_then(|x509| x509.subject());
                    let subject = subject.unwrap_or_else(|error| {
                        problems.push(error);
                        String::new()
                    });
                    self.certificates.insert(
                        at,
                        Certificate {
                            sha256,
                            subject,
                            schemes: vec![scheme.to_owned()],
                            place: place.clone(),
                        },
                    );
                }
            }
        }
        problems
    }
}

/// Keeps the list sorted and without repetition.
fn insert(schemes: &mut Vec<String>, scheme: &str) {
    if let Err(at) = schemes.binary_search_by(|known| known.as_str().cmp(scheme)) {
        schemes.insert(at, scheme.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let len = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &len[..], &body].concat()
    }

    fn name(text: &str) -> Vec<u8> {
        let value = element(0x0c, &[text.as_bytes()]);
        let kind = element(OBJECT_IDENTIFIER, &[&[0x55, 4, 3]]);
        element(
            SEQUENCE,
            &[&element(SET, &[&element(SEQUENCE, &[&kind, &value])])],
        )
    }

    /// A certificate without keys.
    fn certificate(serial: u8, issuer: &str, subject: &str) -> Vec<u8> {
        let empty = element(SEQUENCE, &[]);
        let fields: [&[u8]; 5] = [
            &element(INTEGER, &[&[serial]]),
            &empty,
            &name(issuer),
            &empty,
            &name(subject),
        ];
        element(SEQUENCE, &[&element(SEQUENCE, &fields)])
    }

    fn signer(serial: u8, issuer: &str) -> Vec<u8> {
        let id = element(SEQUENCE, &[&name(issuer), &element(INTEGER, &[&[serial]])]);
        element(SEQUENCE, &[&element(INTEGER, &[&[1]]), &id])
    }

    fn signature(certificates: &[&[u8]], signers: &[&[u8]]) -> Vec<u8> {
        let fields: [&[u8]; 5] = [
            &element(INTEGER, &[&[1]]),
            &element(SET, &[]),
            &element(SEQUENCE, &[]),
            &element(context(0), certificates),
            &element(SET, signers),
        ];
        let signed_data = element(SEQUENCE, &fields);
        let oid = element(
            OBJECT_IDENTIFIER,
            &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]],
        );
        element(SEQUENCE, &[&oid, &element(context(0), &[&signed_data])])
    }

    #[test]
    fn of_a_chain_the_certificate_of_the_signer_is_taken() {
        let root = certificate(1, "root", "root");
        let leaf = certificate(2, "root", "app");
        let file = signature(&[&root, &leaf], &[&signer(2, "root")]);
        assert_eq!(pkcs7(&file).unwrap(), [&leaf[..]]);
        let mut signing = Signing::default();
        assert_eq!(signing.add("v1", &[&leaf], &Place::default()), []);
        assert_eq!(signing.certificates[0].subject, "CN=app");
    }

    #[test]
    fn a_signature_that_names_nobody_is_an_error() {
        let root = certificate(1, "root", "root");
        let other = certificate(2, "root", "app");
        let file = signature(&[&root, &other], &[&signer(3, "root")]);
        assert!(pkcs7(&file).is_err());
        assert!(pkcs7(&signature(&[], &[&signer(3, "root")])).is_err());
        assert!(pkcs7(&signature(&[&root], &[])).is_err());
        assert!(pkcs7(b"not DER").is_err());
    }

    #[test]
    fn an_unreadable_certificate_keeps_its_digest() {
        let mut signing = Signing::default();
        let problems = signing.add("v3", &[b"garbage"], &Place::default());
        assert_eq!(problems.len(), 1);
        assert_eq!(signing.certificates[0].subject, "");
        assert_eq!(signing.certificates[0].sha256.len(), 64);
    }

    #[test]
    fn the_first_block_of_a_scheme_counts_and_others_are_passed_over() {
        let chain = |certificate: &[u8]| {
            let prefix = |bytes: &[u8]| {
                let len = u32::try_from(bytes.len()).unwrap().to_le_bytes();
                [&len[..], bytes].concat()
            };
            let signed = [prefix(&[]), prefix(&prefix(certificate))].concat();
            prefix(&prefix(&prefix(&signed)))
        };
        let pair = |id: u32, value: &[u8]| {
            let len = u64::try_from(value.len() + 4).unwrap().to_le_bytes();
            [&len[..], &id.to_le_bytes(), value].concat()
        };
        let pairs = [
            pair(0x4272_6577, &[0; 40]),
            pair(DEPENDENCIES, b"sealed"),
            pair(0x1b93_ad61, &chain(b"new")),
            pair(0xf053_68c0, &chain(b"old")),
            pair(0xf053_68c0, &chain(b"planted")),
        ]
        .concat();
        let size = u64::try_from(pairs.len() + FOOTER).unwrap().to_le_bytes();
        let file = [&b"entries"[..], &size, &pairs, &size, MAGIC, b"PK"].concat();
        let sealed = sealed_dependencies(&file, file.len() - 2).unwrap();
        assert_eq!(&file[sealed..sealed + 6], b"sealed");
        assert_eq!(sealed_dependencies(&file, file.len()), None);
        let found: Vec<_> = block(&file, file.len() - 2)
            .unwrap()
            .unwrap()
            .into_iter()
            .map(|b| (b.scheme, b.certificates.unwrap()))
            .collect();
        assert_eq!(
            found,
            [("v3", vec![&b"old"[..]]), ("v3.1", vec![&b"new"[..]])]
        );
        assert_eq!(block(&file, file.len()), Ok(None));
    }
}
