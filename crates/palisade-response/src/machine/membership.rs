//! What people know of one alert by one group, and what of it is new.
//!
//! Each piece of news takes the next number of its group; a message to the group tells all up to a number, which the
//! group keeps. So a message about a hundred thousand alerts changes one record and not a hundred thousand.

use super::{Response, alerts::Rank, groups::GroupEntry};
use crate::routing::Way;
use palisade_model::Timestamp;
use std::sync::Arc;

/// One alert in one group.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    pub(super) group: usize,
    pub(super) news: News,
    /// People have been told that it fires, and not that it is over.
    pub(super) is_known: bool,
    /// Where it stands among the alerts of the group that are listed.
    pub(super) rank: Option<Rank>,
    /// Whether it counts among those that nobody looks at.
    pub(super) is_unattended: bool,
}

/// What people do not know yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Nothing,
    /// There is something, but nobody is to be told now.
    Held,
    /// This number of the group.
    Number(u64),
}

impl Membership {
    /// An alert that comes into `group`: there is something to tell.
    pub(super) fn new(group: usize) -> Self {
        Self { group, news: News::Held, is_known: false, rank: None, is_unattended: false }
    }

    /// An alert that comes back into `group`, where people take it for firing all along.
    pub(super) fn known(group: usize) -> Self {
        Self { news: News::Nothing, is_known: true, ..Self::new(group) }
    }

    /// Takes account of the messages up to the number `told`.
    pub(super) fn catch_up(&mut self, told: u64) {
        if matches!(self.news, News::Number(number) if number <= told) {
            self.news = News::Nothing;
            self.is_known = true;
        }
    }

    /// Drops what was to be told.
    pub(super) fn unsay(&mut self, group: &mut GroupEntry) {
        if let News::Number(number) = self.news {
            group.news.remove(&number);
        }
        self.news = News::Nothing;
    }

    /// There is something to tell, now or when people are told again.
    fn raise(&mut self, alert: usize, is_hidden: bool, group: &mut GroupEntry, way: &Way, now: Timestamp) {
        match self.news {
            News::Number(_) => group.wait(way, now),
            _ if is_hidden => self.news = News::Held,
            _ => self.news = News::Number(group.add_news(alert, way, now)),
        }
    }
}

impl Response {
    /// Tells the groups of `alert` how it stands now. `is_news` says that people should hear of it although it was
    /// open before.
    pub(super) fn refresh(&mut self, now: Timestamp, alert: usize, is_news: bool) {
        let entry = &mut self.alerts[alert];
        let before = std::mem::replace(&mut entry.standing, super::alerts::Standing::of(&entry.alert));
        let standing = entry.standing;
        let rank = standing.is_listed().then(|| entry.rank());
        let mut changes = false;
        let (groups, routing, touched) = (&mut self.groups, &self.rules.routing, &mut self.touched);
        entry.memberships.retain_mut(|member| {
            let group = &mut groups[member.group];
            let way = routing.get(group.route);
            member.catch_up(group.state.told);
            let before_this = (member.news, member.is_known);
            touched.insert(Arc::clone(&group.key));
            let stays = match (before.is_open, standing.is_open) {
                (false, true) if member.is_known => {
                    // That it was over is not told yet, so people know it as firing.
                    member.unsay(group);
                    true
                }
                (false, true) => {
                    member.raise(alert, standing.is_hidden, group, way, now);
                    true
                }
                (true, false) => {
                    member.unsay(group);
                    // What was opened is closed, silence or not; what nobody was told of is not told to be over.
                    if member.is_known {
                        member.raise(alert, false, group, way, now);
                    }
                    member.is_known
                }
                _ => true,
            };
            if standing.is_open {
                if is_news {
                    member.raise(alert, standing.is_hidden, group, way, now);
                }
                match (standing.is_hidden, member.news) {
                    (true, News::Number(_)) => {
                        member.unsay(group);
                        member.news = News::Held;
                    }
                    (false, News::Held) => member.raise(alert, false, group, way, now),
                    _ => {}
                }
            }
            group.list(member, rank.as_ref(), standing.is_unattended(), alert);
            group.members -= usize::from(!stays);
            changes |= !stays || before_this != (member.news, member.is_known);
            stays
        });
        if changes {
            self.mark_alert(alert);
        }
    }
}
