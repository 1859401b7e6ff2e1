//! Python: pip, Pipenv, Poetry, uv, PDM, setuptools.

mod by_name;
mod requirement;

pub(super) mod pdm_lock;
pub(super) mod pipfile;
pub(super) mod pipfile_lock;
pub(super) mod poetry_lock;
pub(super) mod pylock;
pub(super) mod pyproject;
pub(super) mod requirements;
pub(super) mod setup_cfg;
pub(super) mod uv_lock;
