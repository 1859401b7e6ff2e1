//! Secrets that leak: tokens of known providers, private keys, JSON Web Tokens.

mod aws;
mod jwt;
mod openai;
mod plausible;
mod private_key;
mod providers;
mod token;

use crate::Detector;
pub(crate) use token::{Token, confirm};

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 24] = [
    &aws::AWS,
    &jwt::JWT,
    &openai::OPENAI,
    &private_key::PRIVATE_KEY,
    &providers::ANTHROPIC,
    &providers::DIGITALOCEAN,
    &providers::DOCKER,
    &providers::GITHUB,
    &providers::GITLAB,
    &providers::GOOGLE,
    &providers::GRAFANA,
    &providers::GROQ,
    &providers::HUGGINGFACE,
    &providers::LINEAR,
    &providers::NEWRELIC,
    &providers::NPM,
    &providers::POSTMAN,
    &providers::PYPI,
    &providers::RUBYGEMS,
    &providers::SENDGRID,
    &providers::SHOPIFY,
    &providers::SLACK,
    &providers::STRIPE,
    &providers::VAULT,
];
