//! On-call schedules from calendars.
