//! Pictures for the README: a page has few colours, so a palette of 256 makes its picture a fraction as large.

use std::collections::BTreeMap;
use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};

type Colour = [u8; 3];

/// The same picture with at most 256 colours: the most frequent ones, and for every other the nearest of them.
pub(crate) fn with_palette(picture: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(Cursor::new(picture));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let bytes = frame.color_type.samples();
    let colours: Vec<Colour> =
        pixels.chunks_exact(bytes).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();

    let palette = palette(&colours);
    let mut known: BTreeMap<Colour, u8> = BTreeMap::new();
    let indices: Vec<u8> = colours
        .iter()
        .map(|colour| *known.entry(*colour).or_insert_with(|| nearest(&palette, *colour)))
        .collect();
    encode(frame.width, frame.height, &palette, &indices)
}

fn palette(colours: &[Colour]) -> Vec<Colour> {
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for colour in colours {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut frequent: Vec<_> = counts.into_iter().collect();
    frequent.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    frequent.into_iter().take(256).map(|(colour, _)| colour).collect()
}

fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let distance = |other: &Colour| -> u32 {
        other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let (index, _) = palette.iter().enumerate().min_by_key(|(_, other)| distance(other)).unwrap();
    u8::try_from(index).unwrap()
}

fn encode(width: u32, height: u32, palette: &[Colour], indices: &[u8]) -> Vec<u8> {
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    encoder.write_header().unwrap().write_image_data(indices).unwrap();
    picture
}

#[test]
fn few_colours_are_kept_as_they_are() {
    let colours = [[1, 2, 3], [200, 0, 0], [1, 2, 3], [9, 9, 9]];
    let small = with_palette(&encode(2, 2, &palette(&colours), &[0, 1, 0, 2]));
    let mut reader = Decoder::new(Cursor::new(&small)).read_info().unwrap();
    assert_eq!(reader.info().palette.as_ref().map(|palette| palette.len()), Some(9));
    let mut indices = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut indices).unwrap();
    assert_eq!(indices, [0, 1, 0, 2]);
}
