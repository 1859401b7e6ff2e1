//! Secrets that leak: tokens of known providers, private keys, JSON Web Tokens.

mod assignment;
mod aws;
mod azure;
mod bots;
pub(crate) mod business;
pub(crate) mod cloud;
mod command_line;
mod connection_string;
pub(crate) mod delivery;
pub(crate) mod developer;
pub(crate) mod finance;
mod form;
mod generic;
pub(crate) mod jwt;
mod keyed;
mod kubernetes;
pub(crate) mod messaging;
pub(crate) mod model_services;
pub(crate) mod monitoring;
mod openai;
mod placeholder;
mod plausible;
mod private_key;
mod providers;
#[cfg(test)]
mod samples;
mod token;

use crate::Detector;
pub(crate) use generic::is_random_value;
pub(crate) use token::{Token, confirm};

/// The detectors of this family that stand alone; those of providers are listed where they are grouped.
pub(crate) static DETECTORS: [&Detector; 28] = [
    &aws::AWS,
    &command_line::COMMAND_LINE,
    &connection_string::CONNECTION_STRING,
    &generic::GENERIC,
    &jwt::JWT,
    &kubernetes::KUBERNETES,
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
