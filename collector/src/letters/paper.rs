//! What all letters have in common: A4, Arial, the kop of the government, tables, signatures, and a foot with the page
//! and the ledger's checkpoint. Lengths are twips, a twentieth of a point; sizes of type are half points.
//!
//! Permendagri 1/2023 (Tata Naskah Dinas) sets the parts of a letter; margins and type are those in use.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, BorderType, Docx, FieldCharType, Footer, InstrNUMPAGES, InstrPAGE, InstrText, LineSpacing,
    PageMargin, PageOrientationType, PageSize, Paragraph, ParagraphBorder, ParagraphBorderPosition,
    ParagraphBorders, Pic, Run, RunFonts, Section, Shading, Tab, TabValueType, Table, TableCell,
    TableCellMargins, TableLayoutType, TableRow, WidthType,
};

use super::Error;
use crate::config::Config;

/// A4.
const PAGE: (u32, u32) = (11_906, 16_838);
/// Margins: 3 cm where it is bound, 2 cm elsewhere.
const LEFT: i32 = 1_701;
const MARGIN: i32 = 1_134;
/// What is left for text.
pub(super) const WIDTH: usize = 9_071;
/// Margins of a sheet with a picture, and what they leave for its text.
const NARROW: i32 = 851;
const ACROSS: usize = 15_136;
/// How high a picture may be on its sheet: what title and foot leave.
const PICTURE: u32 = 8_900;
/// English Metric Units in a twip (ECMA-376 part 1, 20.1.2.1).
const EMU: u32 = 635;

/// The column of a number before facts.
const NUMBER: usize = 450;

/// Sizes of type.
const BODY: usize = 22;
const SMALL: usize = 17;
const FOOT: usize = 14;

/// Where something is to be written by hand.
pub(super) const DOTS: &str = "…………………………………";

/// The kop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// `Pemerintah Kabupaten Contoh`.
    pub government: String,
    /// `Dinas Komunikasi dan Informatika`.
    pub office: String,
    /// Address, telephone, e-mail: a line each. None: dots to write on.
    pub address: Vec<String>,
}

/// Who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatory {
    /// As what: `PIHAK PERTAMA`, `Kepala Dinas …`.
    pub role: String,
    /// Name with titles; empty: dots to write on.
    pub name: String,
    /// NIP; empty: dots to write on.
    pub nip: String,
}

impl Letterhead {
    /// The kop of the government's Dinas.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let government = &config.government;
        Self {
            government: government.name.clone(),
            office: government.dinas.clone(),
            address: government.address.clone(),
        }
    }
}

/// A picture on a landscape sheet behind the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// What it shows.
    pub title: String,
    /// The picture.
    pub png: Vec<u8>,
    /// How wide it is beside its height: both in any unit.
    pub shape: (u32, u32),
}

/// A sheet that is being written.
pub(super) struct Sheet {
    /// What stands under the kop, in its order.
    body: Vec<Block>,
    annexes: Vec<Annex>,
    ledger: String,
}

/// A piece of a letter.
enum Block {
    Text(Box<Paragraph>),
    Table(Box<Table>),
}

impl Sheet {
    /// An empty sheet under `head`, whose foot says `ledger`.
    pub(super) fn new(head: &Letterhead, ledger: &str) -> Self {
        let sheet = Self { body: Vec::new(), annexes: Vec::new(), ledger: ledger.to_owned() };
        let sheet = sheet.paragraph(centred(&head.government.to_uppercase(), 26, false, 0));
        let sheet = sheet.paragraph(centred(&head.office.to_uppercase(), 30, true, 20));
        let dots = [format!("{DOTS}{DOTS}")];
        let address = if head.address.is_empty() { dots.as_slice() } else { &head.address };
        let sheet = address.iter().fold(sheet, |sheet, line| sheet.paragraph(centred(line, 18, false, 0)));
        let rule = ParagraphBorder::new(ParagraphBorderPosition::Bottom);
        let rule = rule.val(BorderType::ThickThinSmallGap).size(24).space(1).color("000000");
        let mut line = centred("", 6, false, 200);
        line.property = line.property.set_borders(ParagraphBorders::with_empty().set(rule));
        sheet.paragraph(line)
    }

    fn paragraph(mut self, paragraph: Paragraph) -> Self {
        self.body.push(Block::Text(Box::new(paragraph)));
        self
    }

    fn add_table(mut self, table: Table) -> Self {
        self.body.push(Block::Table(Box::new(table)));
        self
    }

    /// A line of the title.
    pub(super) fn title(self, text: &str, bold: bool, after: u32) -> Self {
        self.paragraph(centred(text, 24, bold, after).keep_next(true))
    }

    /// A paragraph of text.
    pub(super) fn text(self, text: &str) -> Self {
        self.indented(text, 0)
    }

    /// A paragraph that goes on with the facts above it.
    pub(super) fn told(self, text: &str) -> Self {
        self.indented(text, NUMBER)
    }

    fn indented(self, text: &str, left: usize) -> Self {
        let left = i32::try_from(left).ok();
        let paragraph = Paragraph::new().add_run(run(text)).align(AlignmentType::Both);
        self.paragraph(paragraph.indent(left, None, None, None).line_spacing(spacing(100, 276)))
    }

    /// Facts, one under the other: name, colon, value; `number` stands before the first.
    pub(super) fn facts(self, number: &str, facts: &[(&str, &str)]) -> Self {
        let widths = [NUMBER, 1_300, 280, WIDTH - NUMBER - 1_300 - 280];
        let rows = facts.iter().enumerate().map(|(n, (name, value))| {
            let first = if n == 0 { number } else { "" };
            let value = if value.is_empty() { DOTS } else { value };
            row([first, name, ":", value].into_iter().zip(widths).map(|(text, width)| plain(text, width)))
        });
        let table = Table::without_borders(rows.collect()).set_grid(widths.to_vec());
        self.add_table(fixed(table))
    }

    /// A table with headings. Each column has a width; each cell its lines.
    pub(super) fn table(self, columns: &[(&str, usize)], rows: &[Vec<Vec<String>>]) -> Self {
        let head = columns.iter().map(|(name, width)| {
            let text = small(name).bold();
            let paragraph = Paragraph::new().add_run(text).align(AlignmentType::Center).keep_next(true);
            cell(*width).add_paragraph(paragraph).shading(Shading::new().fill("EDEDED"))
        });
        let body = rows.iter().map(|cells| {
            row(cells.iter().zip(columns).map(|(lines, (_, width))| {
                let paragraphs = lines.iter().map(|line| Paragraph::new().add_run(small(line)));
                let filled = paragraphs.fold(cell(*width), TableCell::add_paragraph);
                if lines.is_empty() {
                    filled.add_paragraph(Paragraph::new().add_run(small("–")))
                } else {
                    filled
                }
            }))
        });
        let rows = std::iter::once(row(head)).chain(body).collect();
        let grid = columns.iter().map(|(_, width)| *width).collect();
        let margins = TableCellMargins::new().margin(50, 80, 50, 80);
        self.add_table(fixed(Table::new(rows).set_grid(grid)).margins(margins))
    }

    /// Some room.
    pub(super) fn gap(self) -> Self {
        self.paragraph(Paragraph::new().line_spacing(spacing(0, 100)).size(8))
    }

    /// A line at the right, such as the day of a letter.
    pub(super) fn right(self, text: &str) -> Self {
        let line = Paragraph::new().add_run(run(text)).align(AlignmentType::Right);
        self.paragraph(line.line_spacing(spacing(160, 260)))
    }

    /// Who signs, side by side; they stay together on one page.
    pub(super) fn signatures(self, signatories: &[Signatory]) -> Self {
        let width = WIDTH / signatories.len().max(1);
        let table = Table::without_borders(vec![row(signatories.iter().map(|who| signature(who, width)))]);
        self.add_table(fixed(table.set_grid(vec![width; signatories.len()])))
    }

    /// Who signs alone: at the right.
    pub(super) fn signed(self, signatory: &Signatory) -> Self {
        let halves = [WIDTH - WIDTH / 2, WIDTH / 2];
        let [left, right] = halves;
        let cells = [cell(left).add_paragraph(Paragraph::new()), signature(signatory, right)];
        self.add_table(fixed(Table::without_borders(vec![row(cells.into_iter())]).set_grid(halves.to_vec())))
    }

    /// With a picture on a landscape sheet of its own.
    pub(super) fn annex(mut self, annex: Annex) -> Self {
        self.annexes.push(annex);
        self
    }

    /// The finished letter.
    pub(super) fn docx(self) -> Result<Vec<u8>, Error> {
        let arial = RunFonts::new().ascii("Arial").hi_ansi("Arial").east_asia("Arial").cs("Arial");
        let docx = Docx::new().default_fonts(arial).default_size(BODY);
        let docx = if self.annexes.is_empty() { self.alone(docx) } else { self.with_annexes(docx) };
        let mut bytes = Cursor::new(Vec::new());
        docx.pack(&mut bytes).map_err(|error| Error(error.to_string()))?;
        Ok(bytes.into_inner())
    }

    fn alone(self, docx: Docx) -> Docx {
        let docx = docx.page_size(PAGE.0, PAGE.1).page_margin(upright()).footer(foot(&self.ledger, WIDTH));
        self.body.into_iter().fold(docx, |docx, block| match block {
            Block::Text(paragraph) => docx.add_paragraph(*paragraph),
            Block::Table(table) => docx.add_table(*table),
        })
    }

    /// The letter is a section of its own; what the document itself says of its paper is for the annexes.
    fn with_annexes(self, docx: Docx) -> Docx {
        let letter = Section::new().page_size(PageSize::new().size(PAGE.0, PAGE.1)).page_margin(upright());
        let letter =
            self.body.into_iter().fold(
                letter.footer(foot(&self.ledger, WIDTH)),
                |letter, block| match block {
                    Block::Text(paragraph) => letter.add_paragraph(*paragraph),
                    Block::Table(table) => letter.add_table(*table),
                },
            );
        let margin = PageMargin::new().top(NARROW).right(NARROW).bottom(NARROW).left(NARROW).footer(454);
        let docx = docx.page_size(PAGE.1, PAGE.0).page_orient(PageOrientationType::Landscape);
        let docx = docx.page_margin(margin).footer(foot(&self.ledger, ACROSS)).add_section(letter);
        self.annexes.iter().zip(1_u32..).fold(docx, |docx, (annex, n)| {
            let title = centred(&format!("Lampiran {n}: {}", annex.title), BODY, true, 100);
            let picture = Paragraph::new().add_run(Run::new().add_image(picture(annex)));
            docx.add_paragraph(title.page_break_before(n > 1).keep_next(true))
                .add_paragraph(picture.align(AlignmentType::Center))
        })
    }
}

/// The margins of a letter.
fn upright() -> PageMargin {
    PageMargin::new().top(MARGIN).right(MARGIN).bottom(MARGIN).left(LEFT).footer(567)
}

/// As large as the sheet allows.
fn picture(annex: &Annex) -> Pic {
    let (w, h) = (u64::from(annex.shape.0.max(1)), u64::from(annex.shape.1.max(1)));
    let (most_w, most_h) = (ACROSS as u64, u64::from(PICTURE));
    let (wide, high) =
        if w * most_h > h * most_w { (most_w, most_w * h / w) } else { (most_h * w / h, most_h) };
    let emu = |twips: u64| u32::try_from(twips).unwrap_or(PICTURE).saturating_mul(EMU);
    Pic::new_with_dimensions(annex.png.clone(), annex.shape.0, annex.shape.1).size(emu(wide), emu(high))
}

fn signature(signatory: &Signatory, width: usize) -> TableCell {
    let line = |text: Run| Paragraph::new().add_run(text).align(AlignmentType::Center).keep_next(true);
    let (name, nip) = (signatory.name.as_str(), signatory.nip.as_str());
    let name = if name.is_empty() { run(DOTS) } else { run(name).bold().underline("single") };
    let role = line(run(&signatory.role)).line_spacing(spacing(850, 260));
    let nip = format!("NIP {}", if nip.is_empty() { "………………………" } else { nip });
    cell(width).add_paragraph(role).add_paragraph(line(name)).add_paragraph(line(run(&nip)))
}

fn foot(ledger: &str, width: usize) -> Footer {
    let small = |text: &str| run(text).size(FOOT);
    let tab = Tab::new().val(TabValueType::Right).pos(width);
    let rule = ParagraphBorder::new(ParagraphBorderPosition::Top).size(4).space(4).color("000000");
    let page = field(InstrText::PAGE(InstrPAGE {}));
    let pages = field(InstrText::NUMPAGES(InstrNUMPAGES {}));
    let made = small("Dibuat dengan Patuh").add_tab();
    let mut first = Paragraph::new().add_tab(tab).add_run(made).add_run(small("Halaman ")).add_run(page);
    first = first.add_run(small(" dari ")).add_run(pages);
    first.property = first.property.set_borders(ParagraphBorders::with_empty().set(rule));
    Footer::new().add_paragraph(first).add_paragraph(Paragraph::new().add_run(small(ledger)))
}

/// A number that the program which prints the letter fills in.
fn field(instruction: InstrText) -> Run {
    Run::new()
        .add_field_char(FieldCharType::Begin, false)
        .add_instr_text(instruction)
        .add_field_char(FieldCharType::Separate, false)
        .add_text("1")
        .add_field_char(FieldCharType::End, false)
        .size(FOOT)
}

fn centred(text: &str, size: usize, bold: bool, after: u32) -> Paragraph {
    let run = run(text).size(size);
    let run = if bold { run.bold() } else { run };
    Paragraph::new().add_run(run).align(AlignmentType::Center).line_spacing(spacing(after, 260)).size(size)
}

/// Room after a paragraph, and the height of its lines: 240 is one.
fn spacing(after: u32, line: i32) -> LineSpacing {
    LineSpacing::new().before(0).after(after).line(line)
}

fn row(cells: impl Iterator<Item = TableCell>) -> TableRow {
    TableRow::new(cells.collect()).cant_split()
}

fn cell(width: usize) -> TableCell {
    TableCell::new().width(width, WidthType::Dxa)
}

fn plain(text: &str, width: usize) -> TableCell {
    cell(width).add_paragraph(Paragraph::new().add_run(run(text)).line_spacing(spacing(0, 268)))
}

fn fixed(table: Table) -> Table {
    table.layout(TableLayoutType::Fixed).width(WIDTH, WidthType::Dxa)
}

fn run(text: &str) -> Run {
    Run::new().add_text(visible(text))
}

fn small(text: &str) -> Run {
    run(text).size(SMALL)
}

/// A text without what breaks a document or deceives its reader: control characters, marks that turn the direction of
/// writing, signs of no width.
fn visible(text: &str) -> String {
    let unseen = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                    | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}'
            )
    };
    text.chars().map(|c| if unseen(c) { '\u{fffd}' } else { c }).collect()
}
