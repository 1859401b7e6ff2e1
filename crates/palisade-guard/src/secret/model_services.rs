//! Keys of services that run or train models.
//!
//! **What it finds.** Tokens of services that run, train and observe models by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Agents carry these keys; whoever has one spends its owner's money and reads their prompts.
//!
//! **Example.** `pplx-…`, `sk-or-v1-…`, `r8_…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64url, hexadecimal, hyphenated, word},
};
use crate::detector::Detector;

/// Of services that run, train and observe models.
pub(crate) static DETECTORS: &[&Detector] = &[
    &provider("guard.secret.replicate", "Replicate token", &[mixed("r8_", alphanumeric, 37, 37)]),
    &placed("guard.secret.cohere", "Cohere key", &[b"cohere", b"co_api_key"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 40, 40, not_a_hash)])
    }),
    &placed("guard.secret.mistral", "Mistral key", &[b"mistral"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &provider("guard.secret.perplexity", "Perplexity key", &[mixed("pplx-", alphanumeric, 48, 56)]),
    &provider("guard.secret.xai", "xAI key", &[mixed("xai-", alphanumeric, 70, 100)]),
    &provider("guard.secret.openrouter", "OpenRouter key", &[varied("sk-or-v1-", hexadecimal, 64, 64)]),
    &placed("guard.secret.together", "Together key", &[b"tgp_v1_", b"together"], |view, at| {
        either(view, at, &[varied("tgp_v1_", base64url, 40, 48)], &[plain(hexadecimal, 64)])
    }),
    &placed("guard.secret.elevenlabs", "ElevenLabs key", &[b"sk_", b"elevenlabs", b"xi-api-key"], |view, at| {
        either(view, at, &[varied("sk_", hexadecimal, 48, 48)], &[plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.assemblyai", "AssemblyAI key", &[b"assemblyai"], |view, at| {
        near(view, at, &[plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.deepgram", "Deepgram key", &[b"deepgram"], |view, at| {
        near(view, at, &[plain(hexadecimal, 40)])
    }),
    &placed("guard.secret.pinecone", "Pinecone key", &[b"pcsk_", b"pinecone"], |view, at| {
        either(view, at, &[mixed("pcsk_", word, 60, 80)], &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &provider(
        "guard.secret.langsmith",
        "LangSmith key",
        &[
            laid_out("lsv2_pt_", word, (43, 43), |body| parts(body, b'_', &[32, 10])),
            laid_out("lsv2_sk_", word, (43, 43), |body| parts(body, b'_', &[32, 10])),
        ],
    ),
    &provider("guard.secret.langfuse", "Langfuse key", &[laid_out("sk-lf-", hyphenated, (36, 36), uuid)]),
    &placed("guard.secret.wandb", "Weights & Biases key", &[b"wandb"], |view, at| {
        either(view, at, &[mixed("wandb_v1_", word, 60, 100)], &[plain(hexadecimal, 40)])
    }),
    &placed("guard.secret.deepseek", "DeepSeek key", &[b"deepseek"], |view, at| {
        near(view, at, &[shaped(base64url, 35, 35, |body| body.starts_with(b"sk-"))])
    }),
    &provider("guard.secret.fireworks", "Fireworks key", &[mixed("fw_", alphanumeric, 22, 24)]),
    &provider("guard.secret.nvidia", "NVIDIA key", &[mixed("nvapi-", base64url, 60, 70)]),
    &provider("guard.secret.cerebras", "Cerebras key", &[mixed("csk-", alphanumeric, 48, 48)]),
    &provider("guard.secret.tavily", "Tavily key", &[mixed("tvly-", base64url, 32, 64)]),
    &provider("guard.secret.firecrawl", "Firecrawl key", &[varied("fc-", hexadecimal, 32, 32)]),
    &provider("guard.secret.jina", "Jina key", &[mixed("jina_", base64url, 58, 66)]),
    &provider("guard.secret.runpod", "RunPod key", &[mixed("rpa_", alphanumeric, 36, 48)]),
    &provider(
        "guard.secret.helicone",
        "Helicone key",
        &[laid_out("sk-helicone-", base64url, (27, 48), super::plausible::is_mixed)],
    ),
    &provider("guard.secret.anyscale", "Anyscale key", &[mixed("esecret_", alphanumeric, 24, 48)]),
    &placed("guard.secret.voyage", "Voyage AI key", &[b"voyage_", b"voyageai"], |view, at| {
        near(view, at, &[shaped(base64url, 46, 46, |body| body.starts_with(b"pa-"))])
    }),
    &placed("guard.secret.brave", "Brave Search key", &[b"brave"], |view, at| {
        near(view, at, &[shaped(base64url, 31, 31, |body| body.starts_with(b"BSA") && not_a_hash(body))])
    }),
    &placed("guard.secret.serper", "Serper or SerpApi key", &[b"serper", b"serpapi"], |view, at| {
        near(view, at, &[plain(hexadecimal, 40), plain(hexadecimal, 64)])
    }),
    &placed("guard.secret.exa", "Exa key", &[b"exa_api_key"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &provider("guard.secret.e2b", "E2B key", &[varied("e2b_", hexadecimal, 40, 40)]),
    &provider("guard.secret.llamacloud", "LlamaCloud key", &[mixed("llx-", alphanumeric, 48, 52)]),
    &provider("guard.secret.apify", "Apify token", &[mixed("apify_api_", alphanumeric, 36, 36)]),
];
