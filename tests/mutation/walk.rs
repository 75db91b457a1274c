//! Decodes a file and looks at everything in it, as the rooms behind the
//! decoders do.

use apkaudit::container::Package;
use apkaudit::decode::certificate::X509;
use apkaudit::decode::classfile::ClassFile;
use apkaudit::decode::dex::{self, Dex};
use apkaudit::decode::resources::ResourceTable;
use apkaudit::decode::xml::{Document, Element, Value};
use apkaudit::decode::{
    DecodeError, arsc, axml, elf, plainxml, prose, protores, protoxml, signing, text,
};
use apkaudit::evidence::Place;
use apkaudit::limits::Limits;

/// A format that has a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    BinaryXml,
    ProtoXml,
    PlainXml,
    BinaryTable,
    ProtoTable,
    Dex,
    Class,
    Elf,
    Text,
    Prose,
    JarSignature,
    Archive,
}

/// What came out of a file: how much memory the values hold, or how many
/// steps it took to see them all, whichever is larger. Both have to stay in
/// proportion to the file.
pub type Cost = usize;

/// More nodes than any sample has.
const NODES: usize = 4096;

/// Decodes `bytes` and walks over everything.
pub fn everything(format: Format, name: &str, bytes: &[u8]) -> Result<Cost, String> {
    let limits = Limits {
        tree_nodes: NODES,
        ..Limits::default()
    };
    let cost = match format {
        Format::BinaryXml => axml::parse(bytes, &limits).map(|document| xml(&document)),
        Format::ProtoXml => protoxml::parse(bytes, &limits).map(|document| xml(&document)),
        Format::PlainXml => plainxml::parse(bytes, &limits).map(|document| xml(&document)),
        Format::BinaryTable => arsc::parse(bytes, &limits).map(|found| table(&found)),
        Format::ProtoTable => protores::parse(bytes, &limits).map(|found| table(&found)),
        Format::Dex => Dex::parse_all(bytes, &limits).map(|all| all.iter().map(whole_dex).sum()),
        Format::Class => class(bytes),
        Format::Elf => elf::library(bytes).map(|library| {
            let names = library.needed.iter().chain(&library.jni_names);
            names.map(String::len).sum::<usize>() + elf::strings(bytes, 6).count()
        }),
        Format::Text => Ok(decoded_text(bytes)),
        Format::Prose => return prose(name, bytes),
        Format::JarSignature => signing::pkcs7(bytes).map(|all| {
            let subjects = all.iter().map(|der| X509::read(der)?.subject());
            subjects.flatten().map(|subject| subject.len()).sum()
        }),
        Format::Archive => return archive(name, bytes, &limits),
    };
    cost.map_err(|error: DecodeError| error.to_string())
}

fn xml(document: &Document) -> Cost {
    let notes = document.anomalies.iter().map(|odd| odd.1.len() + 64);
    element(&document.root) + notes.sum::<usize>()
}

fn element(element: &Element) -> Cost {
    let attributes = element.attributes.iter().map(|attribute| {
        let text = match &attribute.value {
            Value::Text(text) | Value::NamedReference(text) => text.len(),
            _ => 0,
        };
        size_of_val(attribute) + attribute.namespace.len() + attribute.name.len() + text
    });
    let children = element.children.iter().map(self::element);
    size_of::<Element>()
        + element.namespace.len()
        + element.name.len()
        + element.text.len()
        + attributes.sum::<usize>()
        + children.sum::<usize>()
}

fn table(table: &ResourceTable) -> Cost {
    let ids: Vec<u32> = table.ids().collect();
    for id in ids.iter().take(200) {
        let _ = (table.name(*id), table.text(*id), table.files(*id));
        let _ = table.resolve_value(*id);
        for (config, value) in table.values(*id) {
            let _ = (config.qualifiers(), table.items(value).len());
        }
    }
    let _ = (table.locales(), table.find("string", "app_name"));
    let texts = table.strings().take(10_000).map(|text| text.text.len());
    let notes = table.anomalies().iter().map(|odd| odd.1.len() + 64);
    table.len() * 40 + texts.sum::<usize>() + notes.sum::<usize>()
}

/// Steps after which a walk over all code stops. The tables of a damaged
/// file may point to the same code again and again; the room that reads code
/// spends no more than a measure on a file, too (`code/work.rs`), so that what
/// counts here is what a single question may cost.
const ALL_CODE: usize = 4 << 20;

fn whole_dex(dex: &Dex<'_>) -> Cost {
    let (mut most, mut all) = (0, 0);
    for class in dex.classes() {
        let mut left = ALL_CODE.saturating_sub(all);
        let cost = whole_class(dex, &class, &mut left);
        most = most.max(cost);
        all = ALL_CODE - left;
        if left == 0 {
            break;
        }
    }
    names(dex) + most
}

fn names(dex: &Dex<'_>) -> Cost {
    let header = dex.header();
    let _ = format!("{header:?}");
    let mut steps = 0;
    // Past the end of every table, too.
    for index in 0..600 {
        steps += dex.string(index).map_or(1, |text| text.len());
        let _ = (dex.type_descriptor(index), dex.field(index));
        if let Ok(method) = dex.method(index) {
            let _ = dex.proto_descriptor(method.proto);
        }
        let _ = dex.method_handle(index);
        steps += dex.call_site(index).map_or(1, |site| site.arguments.len());
    }
    steps
}

/// The dearest question about a class: its lists, the annotations of one of
/// its members or of the parameters of one, or the code of one method.
fn whole_class(dex: &Dex<'_>, class: &dex::ClassDef, left: &mut usize) -> Cost {
    let mut steps = dex.interfaces(class).map_or(1, Iterator::count);
    steps += dex.static_values(class).map_or(1, |values| values.len());
    *left = left.saturating_sub(steps);
    let mut most = steps.max(annotated(dex, class, left));
    let Ok(Some(data)) = dex.class_data(class) else {
        return most;
    };
    let fields = data.fields().count();
    *left = left.saturating_sub(fields);
    most = most.max(fields);
    for method in data.methods().into_iter().flatten().flatten() {
        if let Ok(Some(code)) = dex.code(&method) {
            let cost = whole_code(dex, &code);
            most = most.max(cost);
            *left = left.saturating_sub(cost);
        }
        if *left == 0 {
            break;
        }
    }
    most
}

fn annotated(dex: &Dex<'_>, class: &dex::ClassDef, left: &mut usize) -> Cost {
    let Ok(Some(annotations)) = dex.annotations(class) else {
        return 1;
    };
    let members = annotations.fields().chain(annotations.methods());
    let one = |set: u32| dex.annotation_set(set).map_or(1, Iterator::count);
    let members = members.chain([(0, annotations.class)]);
    let members = members.map(|(_, set)| one(set));
    let parameters = annotations.parameters().map(|(_, list)| {
        let sets = dex.annotation_sets(list).into_iter().flatten();
        1 + sets.map(one).sum::<usize>()
    });
    let mut most = 1;
    for cost in members.chain(parameters) {
        most = most.max(cost);
        *left = left.saturating_sub(cost);
        if *left == 0 {
            break;
        }
    }
    most
}

fn whole_code(dex: &Dex<'_>, code: &dex::Code<'_>) -> Cost {
    let mut steps = code.tries().count() + dex.lines(code).count();
    let _ = dex::scan(code.units, |_| steps += 1);
    for insn in dex::insns(code.units).flatten() {
        steps += 1 + insn.registers.iter().count();
        if insn.at % 32 == 0 && insn.at < 1024 {
            let _ = dex.line_for_offset(code, insn.at);
        }
        let target = insn.target.and_then(|at| u32::try_from(at).ok());
        if let Some(payload) = target.and_then(|at| dex::payload(code.units, at)) {
            steps += match payload {
                dex::Payload::Switch(cases) => cases.len(),
                dex::Payload::Array { bytes, .. } => bytes.len(),
            };
        }
    }
    steps
}

/// A document as a person reads it, of the format that its name tells.
fn prose(name: &str, bytes: &[u8]) -> Result<Cost, String> {
    let read = prose::read(bytes, name).map_err(|unread| unread.error.to_string())?;
    let prose = read.prose;
    let places = prose.blocks.iter().map(|block| {
        let source = prose.source(block.at.start);
        let _ = read.source.place(&Place::file(name), source);
        prose.words(&block.at).len() + size_of_val(block)
    });
    let rows = prose.tables.iter().flat_map(|table| &table.rows);
    let cells = rows.map(|row| size_of_val(row.cells.as_slice()));
    let links = prose.links.iter().map(|link| link.target.len());
    Ok(places.sum::<usize>() + cells.sum::<usize>() + links.sum::<usize>())
}

fn class(bytes: &[u8]) -> Result<Cost, DecodeError> {
    let class = ClassFile::parse(bytes)?;
    let _ = (class.name(), class.superclass());
    let names = class.interfaces().count() + class.references().count();
    let texts = class.strings().flatten().map(|text| text.bytes.len());
    Ok(names + texts.sum::<usize>())
}

fn decoded_text(bytes: &[u8]) -> Cost {
    let _ = text::looks_binary(bytes);
    let decoded = text::decode(bytes);
    for (at, _) in decoded.text.char_indices().step_by(97) {
        let offset = decoded.byte_offset(at);
        // A byte that could not be decoded counts as up to four.
        assert!(offset <= 4 * (bytes.len() as u64 + 1), "{offset}");
        let _ = decoded.line(at);
    }
    decoded.text.len()
}

fn archive(name: &str, bytes: &[u8], limits: &Limits) -> Result<Cost, String> {
    let package = Package::from_bytes(name, bytes.to_vec(), limits).map_err(|e| e.to_string())?;
    let mut size = 0;
    for module in &package.modules {
        let _ = signing::block(module.archive_bytes(), module.archive.directory_offset());
        for entry in module.entries() {
            size += module.read(entry).map_or(1, |content| content.len());
        }
    }
    size += package
        .nested()
        .iter()
        .map(|n| n.bytes.len())
        .sum::<usize>();
    let notes = package.anomalies().len() + package.gaps().len();
    Ok(size + notes * 64)
}
