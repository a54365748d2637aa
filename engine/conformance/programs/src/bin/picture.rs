//! A picture, encoded and decoded.

fn main() {
	let (width, height) = (96u32, 64u32);
	let mut pixels = Vec::new();
	for y in 0..height {
		for x in 0..width {
			let (u, v) = (f64::from(x) / 96.0 - 0.5, f64::from(y) / 64.0 - 0.5);
			let r = (u * u + v * v).sqrt();
			let wave = ((r * 40.0).sin() * 127.0 + 128.0) as u8;
			pixels.extend([wave, (v.atan2(u) * 40.0 + 128.0) as u8, (r.powf(0.3) * 255.0) as u8]);
		}
	}
	let mut file = Vec::new();
	let mut encoder = png::Encoder::new(&mut file, width, height);
	encoder.set_color(png::ColorType::Rgb);
	encoder.set_depth(png::BitDepth::Eight);
	encoder.write_header().expect("valid").write_image_data(&pixels).expect("complete");
	std::fs::write("/out/picture.png", &file).expect("can be written");
	let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a picture");
	let mut back = vec![0; reader.output_buffer_size().expect("small")];
	reader.next_frame(&mut back).expect("complete");
	assert_eq!(back, pixels);
	println!(
		"{} {:x} {:x}",
		file.len(),
		assay_test_programs::sum(&file),
		assay_test_programs::sum(&pixels)
	);
}
