//! Tokens of exchanges, markets and accounting.
//!
//! **What it finds.** Tokens of exchanges, markets and accounting by prefix, alphabet, length and layout as each provider
//! documents them; where a provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one trades, pays out, or reads the books in its owner's name.
//!
//! **Example.** `COINBASE_API_SECRET=…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, mixed, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated},
};
use crate::detector::Detector;

/// Of exchanges, markets and accounting.
pub(crate) static DETECTORS: &[&Detector] = &[
    &placed("guard.secret.binance", "Binance key", &[b"binance"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 64, 64, not_a_hash)])
    }),
    &placed("guard.secret.bittrex", "Bittrex key", &[b"bittrex"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &placed("guard.secret.coinbase", "Coinbase token", &[b"coinbase"], |view, at| {
        near(view, at, &[plain(base64url, 64), shaped(alphanumeric, 32, 32, not_a_hash)])
    }),
    &placed("guard.secret.kraken", "Kraken key", &[b"kraken"], |view, at| {
        near(view, at, &[shaped(base64, 80, 90, not_a_hash), shaped(base64, 56, 56, not_a_hash)])
    }),
    &placed("guard.secret.kucoin", "KuCoin key", &[b"kucoin"], |view, at| {
        near(view, at, &[plain(hexadecimal, 24), shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.finicity", "Finicity token", &[b"finicity"], |view, at| {
        near(view, at, &[plain(hexadecimal, 32), plain(alphanumeric, 20)])
    }),
    &placed("guard.secret.finnhub", "Finnhub token", &[b"finnhub"], |view, at| {
        near(view, at, &[plain(alphanumeric, 20)])
    }),
    &placed("guard.secret.freshbooks", "FreshBooks token", &[b"freshbooks"], |view, at| {
        near(view, at, &[plain(alphanumeric, 64)])
    }),
    &placed("guard.secret.gocardless", "GoCardless token", &[b"gocardless"], |view, at| {
        let token = |body: &[u8]| body.starts_with(b"live_") && not_a_hash(body);
        near(view, at, &[shaped(base64url, 45, 45, token)])
    }),
    &placed("guard.secret.infura", "Infura key", &[b"infura"], |view, at| near(view, at, &[plain(hexadecimal, 32)])),
    &placed("guard.secret.etherscan", "Etherscan key", &[b"etherscan"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 34, 34, not_a_hash)])
    }),
    &placed("guard.secret.paddle", "Paddle key", &[b"pdl_live_apikey_", b"pdl_sdbx_apikey_"], |view, at| {
        let rows = ["pdl_live_apikey_", "pdl_sdbx_apikey_"].map(|prefix| varied(prefix, super::token::word, 40, 60));
        either(view, at, &rows, &[])
    }),
    &provider("guard.secret.checkout", "Checkout.com key", &[mixed("sk_sbox_", alphanumeric, 26, 28)]),
];
