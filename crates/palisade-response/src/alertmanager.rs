//! Configurations of Alertmanager.
