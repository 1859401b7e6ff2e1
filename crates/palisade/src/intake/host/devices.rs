//! Disks and network, from the tables of the kernel (Linux, proc(5)); on other systems there are none.

use super::measure::Points;
use crate::cli::bounded;
use std::path::Path;

/// The tables have some kilobytes.
const TABLE_BYTES_MAX: u64 = 256 * 1024;
/// File systems, disks and network interfaces that are told.
const DEVICES_MAX: usize = 16;
/// The unit of sectors in the table of disks, whatever the disk has.
const SECTOR_BYTES: f64 = 512.0;

pub(super) fn tell(points: &mut Points<'_>) {
    let table = |path: &str| bounded::read_file(Path::new(path), TABLE_BYTES_MAX).unwrap_or_default();
    for place in file_systems(&table("/proc/self/mounts")) {
        fill(&place, points);
    }
    for (disk, [read, written]) in disks(&table("/proc/diskstats")) {
        for (direction, bytes) in [("read", read), ("write", written)] {
            points.counter(
                "system.disk.io",
                "By",
                bytes,
                &[("system.device", &disk), ("disk.io.direction", direction)],
            );
        }
    }
    for (interface, [received, sent]) in interfaces(&table("/proc/net/dev")) {
        for (direction, bytes) in [("receive", received), ("transmit", sent)] {
            let labels = [("network.interface.name", interface.as_str()), ("network.io.direction", direction)];
            points.counter("system.network.io", "By", bytes, &labels);
        }
    }
}

/// How full the file system at this place is.
fn fill(place: &str, points: &mut Points<'_>) {
    let Ok(told) = rustix::fs::statvfs(place) else { return };
    let (all, free) = (told.f_blocks as f64, told.f_bfree as f64);
    if all > 0.0 {
        points.gauge(
            "system.filesystem.utilization",
            "1",
            (all - free) / all,
            &[("system.filesystem.mountpoint", place)],
        );
    }
}

/// Where file systems of this machine's own devices are. A device that is there several times counts once; those of the
/// network may hang when asked, and are left out.
fn file_systems(mounts: &str) -> Vec<String> {
    let mut known: Vec<(&str, &str)> = Vec::new();
    for line in mounts.lines() {
        let mut words = line.split(' ');
        let (Some(device), Some(place)) = (words.next(), words.next()) else { continue };
        let is_own = device.starts_with("/dev/") || place == "/";
        // A place with an escaped character is rare, and its name would be another.
        if is_own && !place.contains('\\') && !known.iter().any(|(other, _)| *other == device) {
            known.push((device, place));
        }
    }
    known.into_iter().take(DEVICES_MAX).map(|(_, place)| place.to_owned()).collect()
}

/// Bytes read and written, of whole disks.
fn disks(table: &str) -> Vec<(String, [f64; 2])> {
    let disk = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = *words.get(2)?;
        let is_part = Path::new("/sys/class/block").join(name).join("partition").exists();
        let is_made_up = ["loop", "ram", "zram", "dm-", "sr", "fd"].iter().any(|start| name.starts_with(start));
        let bytes = |at: usize| Some(words.get(at)?.parse::<f64>().ok()? * SECTOR_BYTES);
        (!is_part && !is_made_up).then_some((name.to_owned(), [bytes(5)?, bytes(9)?]))
    };
    table.lines().filter_map(disk).take(DEVICES_MAX).collect()
}

/// Bytes received and sent, of interfaces that lead somewhere.
fn interfaces(table: &str) -> Vec<(String, [f64; 2])> {
    let interface = |line: &str| {
        let (name, numbers) = line.split_once(':')?;
        let numbers: Vec<f64> = numbers.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let name = name.trim();
        let is_inside = ["lo", "veth", "docker", "br-", "virbr", "cni"].iter().any(|start| name.starts_with(start));
        (!is_inside).then_some((name.to_owned(), [*numbers.first()?, *numbers.get(8)?]))
    };
    table.lines().filter_map(interface).take(DEVICES_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_kernel_are_read() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sda1 /var/lib ext4 rw 0 0\n\
                      nas:/data /data nfs rw 0 0\n/dev/sdb1 /mnt/with\\040space ext4 rw 0 0\n/dev/sdc /srv xfs rw 0 0\nx\n";
        assert_eq!(file_systems(mounts), ["/", "/srv"]);
        let table = " 254 0 vdq 100 1 2000 5 60 7 4000 9 0 1 1 0 0\n 7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n 8 0 cut 1\n";
        assert_eq!(disks(table), [("vdq".to_owned(), [1_024_000.0, 2_048_000.0])]);
        let table = "Inter-| Receive | Transmit\n face |bytes packets\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n\
                     eth0: 700 2 0 0 0 0 0 0 900 3 0 0 0 0 0 0\n bad: x\n";
        assert_eq!(interfaces(table), [("eth0".to_owned(), [700.0, 900.0])]);
    }
}
