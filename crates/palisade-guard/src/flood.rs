//! Texts of nothing but what wakes detectors: the most work that a byte can make.

mod pieces;

use crate::{
    detectors,
    limits::{EFFORT_MIN, EFFORT_PER_BYTE_MAX},
    prefilter::Prefilter,
    scan::Scan,
};
use pieces::PIECES;

/// Bytes of each text.
const BYTES: usize = 1 << 16;

/// What all detectors do for `text`, in bytes looked at, and whether some of them do not look at all of it.
fn effort(prefilter: &Prefilter, text: &str) -> (usize, bool) {
    let mut scan = Scan::new(prefilter, text.len());
    scan.text(text, &mut |_, _, _| true);
    (scan.effort(), scan.left_out().next().is_some())
}

#[test]
fn hostile_text_makes_bounded_work() {
    let prefilter = Prefilter::new(detectors(), |_| true);
    for piece in PIECES {
        let text = piece.repeat(BYTES / piece.len());
        let (done, left_out) = effort(&prefilter, &text);
        let bound = EFFORT_MIN + text.len() * EFFORT_PER_BYTE_MAX;
        assert!(done < 2 * bound && left_out == (done > bound), "{piece:?}: {done} of {bound}, {left_out}");
    }
}

#[test]
fn ordinary_text_makes_little_work() {
    let prefilter = Prefilter::new(detectors(), |_| true);
    for piece in [
        "The delivery was late again this week, so we have asked the carrier for a new schedule by Friday.\n",
        "{\"name\":\"report-7.txt\",\"path\":\"/home/anna/shop/src/cart_7.rs\",\"size\":4711,\"ok\":true},\n",
        "    for item in cart.items.iter().filter(|item| !item.removed && item.count > 0) { sum += item.price; }\n",
        "<tr><td>Anna Berg</td><td class=\"right\">42</td><td><a href=\"/orders/7\">7</a></td></tr>\n",
        "SELECT name, count(*) FROM orders WHERE day >= '2026-01-01' GROUP BY name ORDER BY name;\n",
        "| one | two | 3 | `ls -l` | [page](https://example.org/a?b=c&d=e) |\n",
        "Сообщаем, что заказ отправлен; Anna и Tom будут в офисе.\n",
    ] {
        let (done, left_out) = effort(&prefilter, &piece.repeat(BYTES / piece.len()));
        assert!(!left_out && done < BYTES * EFFORT_PER_BYTE_MAX, "{piece:?}: {done} for {BYTES}");
    }
}
