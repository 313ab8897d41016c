//! Names to save files under. A name from a package is data: it may hold anything.

/// Octets of a name at most: what common file systems take (255), with room for a browser's ` (1)`.
const MAX_OCTETS: usize = 240;
/// The longest ending that is kept when a name is cut, in octets.
const MAX_ENDING: usize = 24;
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A name under which a file of this name can be saved on any system: one path segment, visible, not hidden, not
/// reserved, at most 240 octets of UTF-8. Names that are harmless already stay as they are.
pub fn safe(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !is_invisible(*c)).map(replace_forbidden).collect();
    let cut = shorten(visible.trim().trim_start_matches(['.', ' ']));
    match cut.trim_end_matches(['.', ' ']).trim_end() {
        "" => "file".to_owned(),
        device if is_device(device) => format!("_{device}"),
        harmless => harmless.to_owned(),
    }
}

/// Separators, and what Windows forbids.
fn replace_forbidden(c: char) -> char {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c => c,
    }
}

/// Control characters, and those that change the direction of text or show nothing: they make a name look like
/// another one (Unicode TR 36).
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|n| {
            matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

fn shorten(name: &str) -> String {
    if name.len() <= MAX_OCTETS {
        return name.to_owned();
    }
    let ending = name.rfind('.').and_then(|dot| name.get(dot..)).filter(|ending| ending.len() <= MAX_ENDING);
    let ending = ending.unwrap_or_default();
    let mut end = MAX_OCTETS - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", name.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn harmless_names_stay() {
        for name in
            ["report.pdf", "Årsrapport 2025 (endelig).docx", "写真.jpg", "a", "no ending", "👨‍👩‍👧.png", ".."]
        {
            let expected = if name == ".." { "file" } else { name };
            assert_eq!(safe(name), expected);
        }
    }

    #[test]
    fn hostile_names_become_harmless() {
        for (name, expected) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..\\..\\boot.ini", "_.._boot.ini"),
            ("/absolute", "_absolute"),
            ("C:\\x", "C__x"),
            ("", "file"),
            (" . ", "file"),
            (".bashrc", "bashrc"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("COM1", "_COM1"),
            ("lpt¹.log", "_lpt¹.log"),
            ("COM10", "COM10"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("a\0b\nc", "abc"),
            ("trailing. . .", "trailing"),
            ("a<b>c|d?e*f\"g", "a_b_c_d_e_f_g"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = format!("{}.tar.gz", "ø".repeat(300));
        let safe = safe(&long);
        assert!(safe.len() <= MAX_OCTETS && safe.ends_with("ø.gz"));
    }

    proptest! {
        #[test]
        fn every_name_becomes_one_visible_segment(name in ".{0,400}") {
            let safe = safe(&name);
            prop_assert!(!safe.is_empty() && safe.len() <= MAX_OCTETS + 1);
            prop_assert!(!safe.contains(['/', '\\', '\0']) && !safe.starts_with('.'));
            prop_assert!(!safe.chars().any(is_invisible));
            prop_assert_eq!(super::safe(&safe), safe.clone());
        }
    }
}
