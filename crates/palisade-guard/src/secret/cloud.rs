//! Tokens of clouds, hosts, networks and databases.
//!
//! **What it finds.** Tokens of clouds, hosts, networks and databases by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one runs, reads and deletes what its owner pays for.
//!
//! **Example.** `tskey-auth-…`, `AccountKey=…`, `dapi…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    azure,
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated, segmented, word},
};
use crate::detector::Detector;

/// Of clouds, hosts, networks and databases.
pub(crate) static DETECTORS: &[&Detector] = &[
    &azure::AZURE,
    &provider(
        "guard.secret.alibaba",
        "Alibaba Cloud access key",
        &[mixed("LTAI", alphanumeric, 12, 12), mixed("LTAI", alphanumeric, 16, 20)],
    ),
    &placed("guard.secret.alibaba-secret", "Alibaba Cloud secret key", &[b"alibaba", b"aliyun"], |view, at| {
        near(view, at, &[plain(alphanumeric, 30)])
    }),
    &provider(
        "guard.secret.baidu",
        "Baidu Cloud key",
        &[laid_out(
            "bce-v3/ALTAK-",
            |byte| alphanumeric(byte) || byte == b'/',
            (62, 62),
            |body| parts(body, b'/', &[21, 40]),
        )],
    ),
    &provider("guard.secret.volcengine", "Volcengine access key", &[mixed("AKLT", base64, 40, 60)]),
    &placed("guard.secret.ibm", "IBM Cloud key", &[b"ibmcloud", b"ibm_cloud", b"ibm-cloud", b"bluemix"], |view, at| {
        near(view, at, &[shaped(base64url, 44, 44, not_a_hash)])
    }),
    &placed("guard.secret.vultr", "Vultr key", &[b"vultr"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 36, 36, not_a_hash)])
    }),
    &provider("guard.secret.backblaze", "Backblaze application key", &[mixed("K00", base64, 28, 28)]),
    &provider("guard.secret.tencent", "Tencent Cloud access key", &[mixed("AKID", alphanumeric, 32, 32)]),
    &provider(
        "guard.secret.yandex",
        "Yandex Cloud key",
        &[
            mixed("AQVN", base64url, 35, 38),
            mixed("y0_", base64url, 50, 60),
            varied("t1.9eu", segmented, 100, 600),
            mixed("YCAJ", base64url, 21, 21),
            mixed("YC", base64url, 38, 38),
        ],
    ),
    &placed(
        "guard.secret.cloudflare",
        "Cloudflare token",
        &[b"cloudflare", b"cf_api", b"cfk_", b"cfut_", b"cfat_", b"v1.0-"],
        |view, at| {
            let rows = [
                varied("cfk_", alphanumeric, 44, 50),
                varied("cfut_", alphanumeric, 44, 50),
                varied("cfat_", alphanumeric, 44, 50),
                laid_out("v1.0-", hyphenated, (171, 171), |body| parts(body, b'-', &[24, 146])),
            ];
            either(view, at, &rows, &[plain(base64url, 40), plain(hexadecimal, 37)])
        },
    ),
    &placed("guard.secret.heroku", "Heroku key", &[b"heroku", b"HRKU-"], |view, at| {
        either(view, at, &[varied("HRKU-", base64url, 36, 64)], &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.linode", "Linode token", &[b"linode"], |view, at| near(view, at, &[plain(hexadecimal, 64)])),
    &placed("guard.secret.hetzner", "Hetzner Cloud token", &[b"hetzner", b"hcloud"], |view, at| {
        near(view, at, &[plain(alphanumeric, 64)])
    }),
    &placed("guard.secret.scaleway", "Scaleway secret key", &[b"scaleway", b"scw_secret"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.ovh", "OVHcloud key", &[b"ovh"], |view, at| near(view, at, &[plain(alphanumeric, 32)])),
    &provider(
        "guard.secret.fly",
        "Fly.io token",
        &[
            varied("fo1_", base64url, 40, 60),
            varied("fm1r_", base64, 100, 4000),
            varied("fm1a_", base64, 100, 4000),
            varied("fm2_", base64, 100, 4000),
        ],
    ),
    &provider("guard.secret.render", "Render key", &[mixed("rnd_", alphanumeric, 28, 34)]),
    &placed(
        "guard.secret.netlify",
        "Netlify token",
        &[b"netlify", b"nfp_", b"nfc_", b"nfo_", b"nfu_", b"nfb_"],
        |view, at| {
            let rows = ["nfp_", "nfc_", "nfo_", "nfu_", "nfb_"].map(|prefix| mixed(prefix, alphanumeric, 36, 40));
            either(view, at, &rows, &[shaped(base64url, 40, 46, not_a_hash)])
        },
    ),
    &placed(
        "guard.secret.vercel",
        "Vercel token",
        &[b"vercel", b"vcp_", b"vci_", b"vca_", b"vcr_", b"vck_"],
        |view, at| {
            let rows = [
                laid_out("vercel_blob_rw_", word, (40, 60), |body| body[10..].contains(&b'_')),
                mixed("vcp_", alphanumeric, 24, 80),
                mixed("vci_", alphanumeric, 24, 80),
                mixed("vca_", alphanumeric, 24, 80),
                mixed("vcr_", alphanumeric, 24, 80),
                mixed("vck_", alphanumeric, 24, 80),
            ];
            either(view, at, &rows, &[shaped(alphanumeric, 24, 24, not_a_hash)])
        },
    ),
    &provider(
        "guard.secret.supabase",
        "Supabase key",
        &[varied("sbp_", hexadecimal, 40, 40), varied("sb_secret_", base64url, 28, 40)],
    ),
    &provider(
        "guard.secret.planetscale",
        "PlanetScale token",
        &[
            varied("pscale_tkn_", segmented, 32, 64),
            varied("pscale_pw_", segmented, 32, 64),
            varied("pscale_oauth_", segmented, 32, 64),
        ],
    ),
    &provider("guard.secret.neon", "Neon key", &[mixed("napi_", alphanumeric, 60, 68)]),
    &provider("guard.secret.mongodb-atlas", "MongoDB Atlas secret", &[varied("mdb_sa_sk_", base64url, 38, 44)]),
    &provider(
        "guard.secret.databricks",
        "Databricks token",
        &[
            laid_out("dapi", hyphenated, (32, 34), |body| !body[..32].contains(&b'-')),
            laid_out("dose", hyphenated, (32, 34), |body| !body[..32].contains(&b'-')),
        ],
    ),
    &placed("guard.secret.snowflake", "Snowflake password or token", &[b"snowflake"], |view, at| {
        near(view, at, &[shaped(base64url, 20, 60, not_a_hash)])
    }),
    &provider(
        "guard.secret.cockroachdb",
        "CockroachDB Cloud key",
        &[laid_out("CCDB1_", word, (63, 63), |body| parts(body, b'_', &[22, 40]))],
    ),
    &placed("guard.secret.confluent", "Confluent Cloud secret", &[b"cflt", b"confluent"], |view, at| {
        let forms = [shaped(base64, 64, 64, not_a_hash), shaped(alphanumeric, 16, 16, not_a_hash)];
        either(view, at, &[varied("cflt", base64, 60, 60)], &forms)
    }),
    &provider(
        "guard.secret.tailscale",
        "Tailscale key",
        &[
            laid_out("tskey-auth-", base64url, (24, 70), two_parts),
            laid_out("tskey-api-", base64url, (24, 70), two_parts),
            laid_out("tskey-client-", base64url, (24, 70), two_parts),
            laid_out("tskey-scim-", base64url, (24, 70), two_parts),
            laid_out("tskey-webhook-", base64url, (24, 70), two_parts),
        ],
    ),
    &placed("guard.secret.ngrok", "ngrok token", &[b"ngrok"], |view, at| {
        near(view, at, &[shaped(word, 40, 60, |body| body.iter().filter(|&&byte| byte == b'_').count() == 1)])
    }),
    &placed("guard.secret.adafruit", "Adafruit IO key", &[b"aio_", b"adafruit"], |view, at| {
        either(view, at, &[mixed("aio_", alphanumeric, 28, 28)], &[plain(base64url, 32)])
    }),
    &provider("guard.secret.scalingo", "Scalingo token", &[varied("tk-us-", base64url, 48, 48)]),
];

/// An id and a secret with a hyphen between them.
fn two_parts(body: &[u8]) -> bool {
    body.iter().filter(|&&byte| byte == b'-').count() == 1
}
