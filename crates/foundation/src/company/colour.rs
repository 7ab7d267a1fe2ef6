//! An accent colour that can be read: whatever a company chooses, its lightness is moved just as far as text on it, and it
//! on our pages, needs (WCAG 2.2: 4.5 to 1 and 3 to 1). Hue and strength stay.
//!
//! Colours are reckoned in OKLCH (Ottosson 2020), where moving the lightness does not change the hue.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// Red, green, blue, 0 to 1, as screens take them.
type Rgb = [f64; 3];

/// Lightness 0 to 1, strength, hue in radians.
#[derive(Debug, Clone, Copy)]
struct Oklch {
    l: f64,
    c: f64,
    h: f64,
}

/// `#0a7cff`, read and known to be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hex(String);

impl Hex {
    pub fn parse(text: &str) -> Option<Hex> {
        let digits = text.trim().strip_prefix('#')?;
        let fits = digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_hexdigit());
        fits.then(|| Hex(format!("#{}", digits.to_ascii_lowercase())))
    }

    /// `#0a7cff`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn rgb(&self) -> Rgb {
        let part = |at: usize| {
            let digits = self.0.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            f64::from(digits.unwrap_or(0)) / 255.0
        };
        [part(1), part(3), part(5)]
    }
}

/// A page and the two colours that text on an accent may have.
struct Theme {
    /// The lightest and darkest ground on which the accent stands.
    grounds: [Rgb; 2],
    soft: (f64, f64),
    /// Where the search for a text colour begins.
    text: f64,
}

const WHITE: Rgb = [1.0, 1.0, 1.0];
const INK: Rgb = [20.0 / 255.0, 22.0 / 255.0, 28.0 / 255.0];

/// `{"chosen","corrected","light":{"accent","hover","on","soft","text"},"dark":{…}}`, each a colour for style sheets.
pub fn accent(chosen: &Hex) -> Json {
    let light = Theme { grounds: [WHITE, [0.955, 0.957, 0.964]], soft: (0.955, 0.11), text: 0.475 };
    let dark = Theme { grounds: [[0.033, 0.037, 0.044], [0.114, 0.119, 0.132]], soft: (0.285, 0.34), text: 0.79 };
    let (light, light_moved) = light.drawn(chosen);
    let (dark, dark_moved) = dark.drawn(chosen);
    json!({ "chosen": chosen.0, "corrected": light_moved || dark_moved, "light": light, "dark": dark })
}

impl Theme {
    fn drawn(&self, chosen: &Hex) -> (Json, bool) {
        let wish = to_oklch(chosen.rgb());
        let stands = |colour: Rgb| self.grounds.iter().all(|ground| contrast(colour, *ground) >= 3.0);
        let (accent, on, moved) = nearest(wish, |colour| stands(colour).then(|| ink_on(colour)).flatten());
        // Pointed at, it goes away from its text, so that the text only gains.
        let step = if on == WHITE { -0.05 } else { 0.05 };
        let lch = to_oklch(accent);
        let hover = rounded(to_rgb(Oklch { l: (lch.l + step).clamp(0.0, 1.0), ..lch }));
        let soft = rounded(to_rgb(Oklch { l: self.soft.0, c: wish.c * self.soft.1, ..wish }));
        let reads = |colour: Rgb| {
            let mut grounds = self.grounds.iter().chain([&soft]);
            grounds.all(|ground| contrast(colour, *ground) >= 4.5).then_some(colour)
        };
        let (text, _, _) = nearest(Oklch { l: self.text, ..wish }, reads);
        let shown = json!({
            "accent": hex(accent), "hover": hex(hover), "on": hex(on), "soft": hex(soft), "text": hex(text),
        });
        (shown, moved)
    }
}

/// White where it can be read, else ink where that can.
fn ink_on(ground: Rgb) -> Option<Rgb> {
    [WHITE, INK].into_iter().find(|ink| contrast(*ink, ground) >= 4.5)
}

/// The colour of the same hue with the nearest lightness for which `fits` answers; black and white at worst.
fn nearest(wish: Oklch, fits: impl Fn(Rgb) -> Option<Rgb>) -> (Rgb, Rgb, bool) {
    for step in 0..=200u8 {
        let away = f64::from(step) * 0.005;
        for l in [wish.l - away, wish.l + away] {
            if !(0.0..=1.0).contains(&l) {
                continue;
            }
            let colour = rounded(to_rgb(Oklch { l, ..wish }));
            if let Some(found) = fits(colour) {
                return (colour, found, step > 0);
            }
        }
    }
    ([0.0; 3], WHITE, true)
}

/// As it will be written, so that what was checked is what is shown.
fn rounded(colour: Rgb) -> Rgb {
    colour.map(|part| (part * 255.0).round() / 255.0)
}

fn hex(colour: Rgb) -> String {
    // From 0 to 255 after rounding, whatever came in.
    let byte = |part: f64| (part * 255.0).round().clamp(0.0, 255.0) as u8;
    let [r, g, b] = colour.map(byte);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// WCAG 2.2, "contrast ratio".
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn linear(part: f64) -> f64 {
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

fn curved(part: f64) -> f64 {
    let part = part.clamp(0.0, 1.0);
    if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 }
}

fn to_oklch(colour: Rgb) -> Oklch {
    let [r, g, b] = colour.map(linear);
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
    let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
    let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
    Oklch { l: lightness, c: a.hypot(b), h: b.atan2(a) }
}

/// Colours that no screen has lose strength until one has them.
fn to_rgb(colour: Oklch) -> Rgb {
    let mut c = colour.c;
    for _ in 0..60 {
        let linear = to_linear(Oklch { c, ..colour });
        if linear.iter().all(|part| (-0.0005..=1.0005).contains(part)) {
            return linear.map(curved);
        }
        c *= 0.93;
    }
    to_linear(Oklch { c: 0.0, ..colour }).map(curved)
}

fn to_linear(colour: Oklch) -> Rgb {
    let (a, b) = (colour.c * colour.h.cos(), colour.c * colour.h.sin());
    let l = (colour.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (colour.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (colour.l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(json: &Json, theme: &str, part: &str) -> Rgb {
        Hex::parse(json[theme][part].as_str().unwrap()).unwrap().rgb()
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        let shown = accent(&Hex::parse("#4F46E5").unwrap());
        assert_eq!(shown["light"]["accent"], "#4f46e5");
        assert_eq!(shown["light"]["on"], "#ffffff");
    }

    #[test]
    fn yellow_is_darkened_on_white_and_keeps_its_hue() {
        let shown = accent(&Hex::parse("#ffe100").unwrap());
        assert_eq!(shown["corrected"], true);
        let (before, after) = (to_oklch(Hex::parse("#ffe100").unwrap().rgb()), to_oklch(of(&shown, "light", "accent")));
        assert!((before.h - after.h).abs() < 0.1, "{before:?} {after:?}");
        assert_eq!(shown["dark"]["accent"], "#ffe100", "in the dark it stands as it is, with dark text");
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for wrong in ["red", "#12345", "#1234567", "#gggggg", "0a7cff", "#0a7cf;"] {
            assert!(Hex::parse(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_chosen_can_be_read(r in any::<u8>(), g in any::<u8>(), b in any::<u8>()) {
            let shown = accent(&Hex::parse(&format!("#{r:02x}{g:02x}{b:02x}")).unwrap());
            for (theme, page) in [("light", WHITE), ("dark", [0.033, 0.037, 0.044])] {
                let [accent, hover, on, soft, text] = ["accent", "hover", "on", "soft", "text"].map(|part| of(&shown, theme, part));
                prop_assert!(contrast(on, accent) >= 4.5, "{shown}");
                prop_assert!(contrast(on, hover) >= 4.5, "{shown}");
                prop_assert!(contrast(accent, page) >= 3.0, "{shown}");
                prop_assert!(contrast(text, soft) >= 4.45 && contrast(text, page) >= 4.5, "{shown}");
            }
        }
    }
}
