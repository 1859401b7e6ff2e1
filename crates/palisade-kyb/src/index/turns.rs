//! Counts how much of a query each name has, and looks at few names for it.
//!
//! The names of a word of the index are in order of their weight, so those that this word, with all words of the query
//! that are more frequent still, can cover enough are the first of them. Only these are *brought in*; of the others a
//! name must be brought in by a rarer word, and is counted then. So thirty thousand people called Ahmed are not looked
//! at for "Ahmed Rarename": a name that has nothing else of the query is brought in only when it is hardly longer than
//! "Ahmed". Which names are found, and how they are covered, is the same as if all were counted.

use std::ops::Range;

use super::flat::{numbers, position};

/// Memory that searches use again, one for each thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) words: Words,
    pub(super) plan: Plan,
    pub(super) cells: Cells,
}

impl Scratch {
    /// Makes room for as many names, with nothing counted.
    pub(super) fn begin(&mut self, names: usize, words: usize) {
        self.plan.turns.clear();
        self.plan.lists.clear();
        self.cells.begin(names);
        self.words.begin(words);
    }
}

/// The words that are reached from a word of the query, each once.
#[derive(Debug, Default)]
pub(super) struct Words {
    reached: Vec<Reached>,
    /// For each word of the index where it stands among those reached, counted from one.
    places: Vec<u32>,
}

impl Words {
    fn begin(&mut self, words: usize) {
        self.clear();
        if self.places.len() < words {
            self.places.resize(words, 0);
        }
    }

    /// Leaves those of the word before behind.
    pub(super) fn clear(&mut self) {
        for Reached { word, .. } in self.reached.drain(..) {
            self.places[word as usize] = 0;
        }
    }

    /// Takes a word that shares a key, unless it is there.
    pub(super) fn take(&mut self, word: u32, by_key: bool) {
        let Some(place) = self.places.get_mut(word as usize) else { return };
        match (*place as usize).checked_sub(1) {
            Some(known) => self.reached[known].by_key |= by_key,
            None => {
                self.reached.push(Reached { word, by_key, alike: 0.0 });
                *place = self.reached.len() as u32;
            }
        }
    }

    /// Leaves those that are like the word of the query, the most alike first.
    pub(super) fn weigh(&mut self, alike: impl Fn(Reached) -> f32) -> &[Reached] {
        let places = &mut self.places;
        self.reached.retain_mut(|reached| {
            reached.alike = alike(*reached);
            let stays = reached.alike > 0.0;
            if !stays {
                places[reached.word as usize] = 0;
            }
            stays
        });
        self.reached.sort_unstable_by(|a, b| b.alike.total_cmp(&a.alike).then(a.word.cmp(&b.word)));
        &self.reached
    }
}

/// A word of the index that shares a reach key with a word of the query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) word: u32,
    /// The key says already that both are one word: one family key, one group of spellings.
    pub(super) by_key: bool,
    pub(super) alike: f32,
}

/// What the words of a query reach.
#[derive(Debug, Default)]
pub(super) struct Plan {
    turns: Vec<Turn>,
    lists: Vec<List>,
}

/// The words of the index that are like a word of the query, or like several in a row.
#[derive(Clone, Debug)]
struct Turn {
    lists: Range<usize>,
    /// How many words of the query it is for.
    words: u8,
    /// Names of all lists.
    names: usize,
    /// The most that it adds to a name.
    weight: u16,
}

/// The names of a word of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    /// The word.
    pub(super) word: u32,
    /// How many names it has.
    pub(super) names: usize,
    /// What it adds to a name.
    pub(super) weight: u16,
    /// Its names were not read as the query was, as of people or of others.
    pub(super) other_type: bool,
    /// So many of its names are brought in.
    front: usize,
}

impl List {
    pub(super) fn new(word: u32, names: usize, weight: u16, other_type: bool) -> Self {
        Self { word, names, weight, other_type, front: 0 }
    }
}

impl Plan {
    /// Takes the lists of a turn, those that add most first: of these a name counts one.
    pub(super) fn take(&mut self, words: u8, lists: impl Iterator<Item = List>) {
        let start = self.lists.len();
        self.lists.extend(lists);
        let taken = &self.lists[start..];
        if let Some(most) = taken.first() {
            let names = taken.iter().map(|list| list.names).sum();
            self.turns.push(Turn { words, names, weight: most.weight, lists: start..self.lists.len() });
        }
    }

    /// Brings names in. `names` gives those of a word, in order of their weight; `lighter` how many names of the index
    /// are light enough to be found by so much weight and no more, of the other type or not.
    pub(super) fn bring_in<'a>(
        &mut self,
        cells: &mut Cells,
        names: impl Fn(u32) -> &'a [u8],
        lighter: impl Fn(u32, bool) -> u32,
    ) {
        self.turns.sort_by_key(|turn| std::cmp::Reverse(turn.names));
        let mut reached = 0;
        for (number, turn) in (1..).zip(&self.turns) {
            reached += u32::from(turn.weight);
            let ends = [lighter(reached, false), lighter(reached, true)];
            for list in &mut self.lists[turn.lists.clone()] {
                let all = names(list.word);
                list.front = position(all, ends[usize::from(list.other_type)]);
                cells.add(&all[..list.front * 4], (list.weight, turn.words), number);
            }
        }
    }

    /// Counts what names that were brought in have besides.
    pub(super) fn count_rest<'a>(&self, cells: &mut Cells, names: impl Fn(u32) -> &'a [u8]) {
        for (number, turn) in (1..).zip(&self.turns) {
            for list in &self.lists[turn.lists.clone()] {
                let rest = names(list.word).get(list.front * 4..).unwrap_or_default();
                cells.add_to_known(rest, (list.weight, turn.words), number);
            }
        }
    }
}

/// Of each name the weight reached, and in which turn it was last.
#[derive(Debug, Default)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    touched: Vec<u32>,
    /// Names touched are in their order. Putting many in order takes longer than all else, so it waits until it is
    /// needed, which is where few are looked up in a long list.
    is_sorted: bool,
}

/// What is known of a name in a search. All together, so that a name costs one place in memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    pub(super) weight: u16,
    turn: u8,
    /// How many words were reached.
    pub(super) words: u8,
}

impl Cell {
    /// Adds a weight, unless this turn did.
    fn add(&mut self, (weight, words): (u16, u8), turn: u8) {
        if self.turn != turn {
            let (weight, words) = (self.weight.saturating_add(weight), self.words.saturating_add(words));
            *self = Self { weight, turn, words };
        }
    }
}

/// Looking a name up in a list costs about as much as passing over so many of its names.
const LOOK_UP: usize = 16;

impl Cells {
    fn begin(&mut self, names: usize) {
        if self.cells.len() < names {
            self.cells.resize(names, Cell::default());
        }
        for name in self.touched.drain(..) {
            self.cells[name as usize] = Cell::default();
        }
    }

    /// The names that were brought in.
    pub(super) fn counted(&self) -> impl Iterator<Item = (u32, Cell)> + '_ {
        self.touched.iter().map(|name| (*name, self.cells[*name as usize]))
    }

    /// Brings names in with a weight.
    pub(super) fn add(&mut self, names: &[u8], weight: (u16, u8), turn: u8) {
        self.is_sorted = false;
        for name in numbers(names) {
            let Some(cell) = self.cells.get_mut(name as usize) else { continue };
            if cell.turn == 0 {
                self.touched.push(name);
            }
            cell.add(weight, turn);
        }
    }

    /// Adds a weight to those of the names that were brought in.
    fn add_to_known(&mut self, names: &[u8], weight: (u16, u8), turn: u8) {
        if names.len() / 4 <= self.touched.len() * LOOK_UP {
            for name in numbers(names) {
                if let Some(cell) = self.cells.get_mut(name as usize).filter(|cell| cell.turn != 0) {
                    cell.add(weight, turn);
                }
            }
            return;
        }
        if !self.is_sorted {
            self.touched.sort_unstable();
            self.is_sorted = true;
        }
        let mut rest = names;
        for name in &self.touched {
            rest = &rest[position(rest, *name) * 4..];
            if numbers(rest).next() == Some(*name) {
                self.cells[*name as usize].add(weight, turn);
            }
        }
    }
}
