//! Secrets that leak: tokens of known providers, private keys, JSON Web Tokens.

mod aws;
mod jwt;
mod openai;
mod plausible;
mod private_key;
mod providers;
mod token;

pub(crate) use aws::AWS;
pub(crate) use jwt::JWT;
pub(crate) use openai::OPENAI;
pub(crate) use private_key::PRIVATE_KEY;
pub(crate) use providers::{
    ANTHROPIC, DIGITALOCEAN, DOCKER, GITHUB, GITLAB, GOOGLE, GRAFANA, GROQ, HUGGINGFACE, LINEAR, NEWRELIC, NPM,
    POSTMAN, PYPI, RUBYGEMS, SENDGRID, SHOPIFY, SLACK, STRIPE, VAULT,
};
pub(crate) use token::{Token, confirm};
