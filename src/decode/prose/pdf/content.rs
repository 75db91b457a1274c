//! What the content of a page writes, and where (ISO 32000-1, 8 and 9).

use std::collections::BTreeMap;
use std::rc::Rc;

use memchr::memmem;

use super::file::File;
use super::fonts::{Font, Glyph};
use super::lexer::{Dict, Lexer, Object, whole};

/// Most operands of an operator.
const MAX_OPERANDS: usize = 256;
/// Most graphics states and marks that are open at once.
const MAX_OPEN: usize = 256;
/// Deepest nesting of forms.
const MAX_FORMS: usize = 8;
/// How wide a gap is that stands for a space, in sizes of the letters.
pub(super) const SPACE: f64 = 0.15;

/// Text written in one go.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub x: f64,
    pub y: f64,
    /// Where the text ends.
    pub end: f64,
    /// Height of the letters.
    pub size: f64,
    /// Whether the place was set anew for it.
    pub placed: bool,
    pub bold: bool,
    pub text: String,
}

/// `[a b c d e f]` of the format.
pub(super) type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `left` applied first.
fn times(left: Matrix, right: Matrix) -> Matrix {
    let [x1, y1, x2, y2, x0, y0] = left;
    let turned = |x: f64, y: f64| (x * right[0] + y * right[2], x * right[1] + y * right[3]);
    let (first, second, origin) = (turned(x1, y1), turned(x2, y2), turned(x0, y0));
    [
        first.0,
        first.1,
        second.0,
        second.1,
        origin.0 + right[4],
        origin.1 + right[5],
    ]
}

/// Fonts that were read, by the numbers of their objects.
pub(super) type Fonts = BTreeMap<u32, Rc<Font>>;

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    leading: f64,
    /// Added after each letter and each space.
    after_letter: f64,
    after_space: f64,
    stretch: f64,
    invisible: bool,
}

/// A content stream that is being read: that of the page or of a form.
struct Open {
    content: Vec<u8>,
    at: usize,
    resources: Dict,
    fonts: BTreeMap<String, Option<Rc<Font>>>,
    /// How many states were kept before it.
    states: usize,
}

/// Text that stands for what is drawn until a mark is closed.
struct Instead {
    marks: usize,
    text: String,
}

struct Writer<'a> {
    file: &'a File<'a>,
    known: &'a mut Fonts,
    open: Vec<Open>,
    states: Vec<State>,
    state: State,
    text: Matrix,
    line: Matrix,
    placed: bool,
    marks: usize,
    instead: Option<Instead>,
    page: Page,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Page {
    /// In the order in which they are written.
    pub pieces: Vec<Piece>,
    pub has_pictures: bool,
}

/// Reads the content of a page with the forms that it draws.
pub(super) fn page(
    file: &File<'_>,
    known: &mut Fonts,
    content: Vec<u8>,
    resources: Dict,
    turned: Matrix,
) -> Page {
    let mut writer = Writer {
        file,
        known,
        open: Vec::new(),
        states: Vec::new(),
        state: State {
            page: turned,
            font: None,
            size: 0.0,
            leading: 0.0,
            after_letter: 0.0,
            after_space: 0.0,
            stretch: 1.0,
            invisible: false,
        },
        text: IDENTITY,
        line: IDENTITY,
        placed: true,
        marks: 0,
        instead: None,
        page: Page::default(),
    };
    writer.enter(content, resources);
    writer.read();
    writer.page
}

impl Writer<'_> {
    fn enter(&mut self, content: Vec<u8>, resources: Dict) {
        self.open.push(Open {
            content,
            at: 0,
            resources,
            fonts: BTreeMap::new(),
            states: self.states.len(),
        });
        self.states.push(self.state.clone());
    }

    /// Reads until every content that is open has ended, or the document
    /// has a fault.
    fn read(&mut self) {
        while let Some(open) = self.open.last_mut()
            && self.file.budget.fault().is_none()
        {
            let Some((operator, operands)) = open.next(self.file) else {
                self.state = self.states.get(open.states).unwrap_or(&self.state).clone();
                self.states.truncate(open.states);
                self.open.pop();
                continue;
            };
            self.operator(&operator, &operands);
        }
    }

    /// Does what an operator says; nothing if it does not say it well.
    fn operator(&mut self, operator: &str, operands: &[Object]) -> Option<()> {
        let budget = self.file.budget;
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        let matrix = || [0, 1, 2, 3, 4, 5].map(number);
        match operator {
            "q" if self.states.len() >= MAX_OPEN => return budget.exceed(),
            "q" => self.states.push(self.state.clone()),
            // What was kept outside of a form stays.
            "Q" if self.states.len() > self.open.last()?.states.saturating_add(1) => {
                self.state = self.states.pop()?;
            }
            "cm" => self.state.page = times(matrix(), self.state.page),
            "BT" => self.set_line(IDENTITY),
            "Tf" => {
                let name = operands.first().and_then(Object::name).unwrap_or_default();
                self.state.font = self.font(name);
                self.state.size = number(1);
            }
            "TL" => self.state.leading = number(0),
            "Tc" => self.state.after_letter = number(0),
            "Tw" => self.state.after_space = number(0),
            "Tz" => self.state.stretch = number(0) / 100.0,
            "Tr" => self.state.invisible = whole(number(0)) == 3,
            "Tm" => self.set_line(matrix()),
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tj" => self.show(operands)?,
            "TJ" => match operands {
                [Object::Array(parts)] => self.show(parts)?,
                _ => return None,
            },
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands)?;
            }
            "\"" => {
                self.state.after_space = number(0);
                self.state.after_letter = number(1);
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2..)?)?;
            }
            "BI" => self.page.has_pictures = true,
            "Do" => self.draw(operands.first()?.name()?)?,
            "BMC" | "BDC" => {
                self.marks = self.marks.saturating_add(1);
                if self.instead.is_none() {
                    let text = self.instead_of(operands);
                    self.instead = text.map(|text| Instead {
                        marks: self.marks,
                        text,
                    });
                }
            }
            "EMC" => {
                self.instead = self.instead.take().filter(|mark| mark.marks < self.marks);
                self.marks = self.marks.saturating_sub(1);
            }
            _ => {}
        }
        Some(())
    }

    /// What stands for a marked part: its `ActualText`, or nothing for the
    /// head and foot of a page.
    fn instead_of(&self, operands: &[Object]) -> Option<String> {
        let [tag, properties] = operands else {
            return None;
        };
        let properties = match properties {
            Object::Name(name) => {
                let all = self
                    .file
                    .get_dict(&self.open.last()?.resources, "Properties")?;
                self.file.get_dict(&all, name)?
            }
            other => self.file.dict(other)?,
        };
        if tag.name() == Some("Artifact")
            && properties.get("Type").and_then(Object::name) == Some("Pagination")
        {
            return Some(String::new());
        }
        match self.file.get(&properties, "ActualText")? {
            Object::Text(text) => Some(unicode(&text)),
            _ => None,
        }
    }

    fn font(&mut self, name: &str) -> Option<Rc<Font>> {
        let file = self.file;
        let open = self.open.last_mut()?;
        if let Some(font) = open.fonts.get(name) {
            return font.clone();
        }
        let all = file.get_dict(&open.resources, "Font").unwrap_or_default();
        let id = match all.get(name) {
            Some(Object::Ref(id)) => Some(*id),
            _ => None,
        };
        let font = match id.and_then(|id| self.known.get(&id)) {
            Some(font) => Some(Rc::clone(font)),
            None => file
                .get_dict(&all, name)
                .map(|font| Rc::new(Font::read(file, &font))),
        };
        if let (Some(id), Some(font)) = (id, &font) {
            self.known.insert(id, Rc::clone(font));
        }
        open.fonts.insert(name.to_owned(), font.clone());
        font
    }

    /// Draws a form or a picture.
    fn draw(&mut self, name: &str) -> Option<()> {
        let resources = &self.open.last()?.resources;
        let all = self.file.get_dict(resources, "XObject").unwrap_or_default();
        let Some(object) = all.get(name) else {
            return Some(());
        };
        let dict = self.file.dict(object).unwrap_or_default();
        if self.file.get(&dict, "Subtype")?.name() != Some("Form") {
            self.page.has_pictures = true;
            return Some(());
        }
        if self.open.len() >= MAX_FORMS {
            return self.file.budget.exceed();
        }
        let (_, content) = self.file.stream(object)?;
        // A form without resources uses those of what draws it.
        let own = self.file.get_dict(&dict, "Resources");
        let resources = own.unwrap_or_else(|| resources.clone());
        self.enter(content, resources);
        if let Some(Object::Array(matrix)) = self.file.get(&dict, "Matrix") {
            let matrix = [0, 1, 2, 3, 4, 5].map(|at| self.file.number_of(&matrix, at));
            self.state.page = times(matrix, self.state.page);
        }
        Some(())
    }

    fn set_line(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text = matrix;
        self.placed = true;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.set_line(times([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    /// Shows texts, with the numbers between them that move back.
    fn show(&mut self, parts: &[Object]) -> Option<()> {
        let budget = self.file.budget;
        let begin = times(self.text, self.state.page);
        let mut text = String::new();
        for part in parts {
            let width = match (part, &self.state.font) {
                (Object::Number(back), _) => {
                    if *back < -1000.0 * SPACE && !text.is_empty() && !text.ends_with(' ') {
                        text.push(' ');
                    }
                    -back / 1000.0 * self.state.size
                }
                (Object::Text(codes), Some(font)) => {
                    let glyphs = font.write(codes, budget, &mut text);
                    glyphs.iter().map(|glyph| self.state.width(glyph)).sum()
                }
                // A text in no font is in no known one.
                (Object::Text(_), None) => {
                    text.push(char::REPLACEMENT_CHARACTER);
                    0.0
                }
                _ => 0.0,
            };
            let x = width * self.state.stretch;
            self.text = times([1.0, 0.0, 0.0, 1.0, x, 0.0], self.text);
        }
        if let Some(instead) = &mut self.instead {
            text = std::mem::take(&mut instead.text);
        }
        if self.state.invisible || text.is_empty() {
            return Some(());
        }
        budget.entry()?;
        let [_, _, c, d, x, y] = begin;
        let [.., end, _] = times(self.text, self.state.page);
        self.page.pieces.push(Piece {
            x,
            y,
            end,
            size: (self.state.size * c.hypot(d)).abs().max(0.1),
            placed: self.placed,
            bold: self.state.font.as_ref().is_some_and(|font| font.bold),
            text,
        });
        self.placed = false;
        Some(())
    }
}

impl State {
    fn width(&self, glyph: &Glyph) -> f64 {
        let space = if glyph.is_space {
            self.after_space
        } else {
            0.0
        };
        glyph.width / 1000.0 * self.size + self.after_letter + space
    }
}

impl Open {
    /// The next operator with its operands. The bytes of a picture inside
    /// the content are passed over.
    fn next(&mut self, file: &File<'_>) -> Option<(String, Vec<Object>)> {
        let mut lexer = Lexer::new(&self.content, self.at, file.budget);
        let mut operands: Vec<Object> = Vec::new();
        let operator = loop {
            match lexer.object()? {
                Object::Word(word) if !matches!(word.as_str(), "true" | "false" | "null") => {
                    break word;
                }
                _ if operands.len() >= MAX_OPERANDS => return file.budget.exceed(),
                operand => operands.push(operand),
            }
        };
        self.at = lexer.at;
        if operator == "ID" {
            let rest = self.content.get(self.at..).unwrap_or_default();
            let end = memmem::find_iter(rest, b"EI").find(|at| {
                let around = [at.checked_sub(1), at.checked_add(2)];
                around.iter().flatten().all(|at| {
                    let byte = rest.get(*at);
                    byte.is_none_or(u8::is_ascii_whitespace)
                })
            });
            let skipped = end.unwrap_or(rest.len());
            file.budget.bytes(skipped)?;
            self.at = self.at.saturating_add(skipped);
        }
        Some((operator, operands))
    }
}

/// A text of the document itself: UTF-16 with its mark, or Latin.
fn unicode(text: &[u8]) -> String {
    let encoding = match text {
        [0xFE, 0xFF, ..] => encoding_rs::UTF_16BE,
        _ => encoding_rs::WINDOWS_1252,
    };
    encoding.decode_with_bom_removal(text).0.into_owned()
}
