
#![allow(clippy::disallowed_methods)]
use std::io::Write;
fn main() {
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for (p, w) in palisade_guard::tuning::priors() { writeln!(out, "#{w}\t{p}").unwrap(); }
    for path in std::env::args().skip(1) {
        for line in String::from_utf8_lossy(&std::fs::read(&path).unwrap()).lines() {
            let r: serde_json::Value = serde_json::from_str(line).unwrap();
            let mut t = r["text"].as_str().unwrap_or_default();
            if t.len() > 6000 { t = &t[..t.floor_char_boundary(6000)]; }
            let f: Vec<String> = palisade_guard::tuning::features(t).iter().map(|(h, c)| {
                let h: Vec<String> = h.iter().map(|(i, v)| format!("{i}:{v:.3}")).collect();
                let c: Vec<String> = c.iter().map(|v| format!("{v}")).collect();
                format!("{};{}", h.join(" "), c.join(" "))
            }).collect();
            writeln!(out, "{}", f.join("|")).unwrap();
        }
    }
}
