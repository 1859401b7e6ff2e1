//! The series of a fleet of hosts, each as a node exporter shows it: names, labels, and values that move as theirs do.
//!
//! What a series holds at a scrape follows from its number and the scrape's alone, so senders need no state: counters
//! rise at a rate of their own, gauges wander, and much stands still, as on real hosts.

use std::time::Duration;

/// Series that are active when a batch divides them: 20 hosts of 1,000 each.
pub const ACTIVE: usize = 20_000;
/// Between two scrapes.
pub const SCRAPE: Duration = Duration::from_secs(15);
/// Of counters, so many in ten stand still: errors and devices that hardly occur.
const IDLE_IN_TEN: u64 = 3;
/// Scrapes in which a gauge goes up and comes down again: an hour.
const WAVE: u64 = 240;

/// What a series counts or shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A counter of whole things: bytes, packets.
    Count,
    /// A counter of seconds, in hundredths.
    Seconds,
    /// A gauge of bytes in pages of 4 KiB.
    Bytes,
    /// A gauge with two decimals: load, temperature.
    Level,
    /// 0 or 1, or a size: it stays what it is.
    Fixed,
}

/// One series of one host.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// The metric.
    pub name: &'static str,
    /// What its value does.
    pub shape: Shape,
    /// Its labels beside those of the host.
    pub labels: [(&'static str, &'static str); 3],
}

/// Metrics that share their labels: every one of `names` has a series for every combination of values.
struct Family {
    shape: Shape,
    names: &'static [&'static str],
    labels: &'static [(&'static str, &'static [&'static str])],
}

const CPUS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
const MODES: &[&str] = &["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"];
const DISKS: &[&str] = &["nvme0n1", "nvme1n1", "sda", "sdb"];
const LINKS: &[&str] = &["eth0", "eth1", "lo", "docker0", "cni0", "veth3f2a91c", "veth7bd0e44", "vethc18fa02"];
const MOUNTS: &[&str] = &["/", "/boot", "/boot/efi", "/home", "/var", "/var/lib/docker", "/run", "/tmp"];
const UNITS: &[&str] = &[
    "containerd.service",
    "cron.service",
    "dbus.service",
    "docker.service",
    "kubelet.service",
    "networkd-dispatcher.service",
    "nginx.service",
    "node-exporter.service",
    "polkit.service",
    "postgresql.service",
    "rsyslog.service",
    "ssh.service",
    "systemd-journald.service",
    "systemd-logind.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "systemd-timesyncd.service",
    "systemd-udevd.service",
    "unattended-upgrades.service",
    "user@1000.service",
    "apt-daily.timer",
    "fstrim.timer",
    "logrotate.timer",
    "man-db.timer",
    "docker.socket",
    "dbus.socket",
    "ssh.socket",
    "basic.target",
    "multi-user.target",
    "network-online.target",
];
const STATES: &[&str] = &["activating", "active", "deactivating", "failed", "inactive"];

const INTERRUPTS: &[&str] = &[
    "24", "25", "26", "27", "28", "29", "30", "31", "CAL", "IWI", "LOC", "MCE", "NMI", "PMI", "RES", "SPU", "THR",
    "TLB",
];

/// What a node exporter with the collectors of its default and systemd shows; names are its own.
const FAMILIES: &[Family] = &[
    Family { shape: Shape::Seconds, names: &["node_cpu_seconds_total"], labels: &[("cpu", CPUS), ("mode", MODES)] },
    Family {
        shape: Shape::Seconds,
        names: &["node_schedstat_running_seconds_total", "node_schedstat_waiting_seconds_total"],
        labels: &[("cpu", CPUS)],
    },
    Family { shape: Shape::Count, names: &["node_schedstat_timeslices_total"], labels: &[("cpu", CPUS)] },
    Family {
        shape: Shape::Count,
        names: &[
            "node_disk_read_bytes_total",
            "node_disk_reads_completed_total",
            "node_disk_reads_merged_total",
            "node_disk_writes_completed_total",
            "node_disk_writes_merged_total",
            "node_disk_written_bytes_total",
            "node_disk_discards_completed_total",
            "node_disk_flush_requests_total",
        ],
        labels: &[("device", DISKS)],
    },
    Family {
        shape: Shape::Seconds,
        names: &[
            "node_disk_io_time_seconds_total",
            "node_disk_io_time_weighted_seconds_total",
            "node_disk_read_time_seconds_total",
            "node_disk_write_time_seconds_total",
        ],
        labels: &[("device", DISKS)],
    },
    Family {
        shape: Shape::Count,
        names: &[
            "node_network_receive_bytes_total",
            "node_network_receive_drop_total",
            "node_network_receive_errs_total",
            "node_network_receive_multicast_total",
            "node_network_receive_packets_total",
            "node_network_transmit_bytes_total",
            "node_network_transmit_carrier_total",
            "node_network_transmit_colls_total",
            "node_network_transmit_drop_total",
            "node_network_transmit_errs_total",
            "node_network_transmit_packets_total",
        ],
        labels: &[("device", LINKS)],
    },
    Family {
        shape: Shape::Fixed,
        names: &["node_network_mtu_bytes", "node_network_speed_bytes", "node_network_up", "node_network_carrier"],
        labels: &[("device", LINKS)],
    },
    Family {
        shape: Shape::Bytes,
        names: &["node_filesystem_avail_bytes", "node_filesystem_free_bytes"],
        labels: &[("mountpoint", MOUNTS), ("fstype", &["ext4"]), ("device", &["/dev/mapper/vg0-root"])],
    },
    Family {
        shape: Shape::Fixed,
        names: &["node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly"],
        labels: &[("mountpoint", MOUNTS), ("fstype", &["ext4"]), ("device", &["/dev/mapper/vg0-root"])],
    },
    Family {
        shape: Shape::Fixed,
        names: &["node_systemd_unit_state"],
        labels: &[("name", UNITS), ("state", STATES), ("type", &["simple"])],
    },
    Family {
        shape: Shape::Bytes,
        names: &[
            "node_memory_Active_anon_bytes",
            "node_memory_Active_bytes",
            "node_memory_Active_file_bytes",
            "node_memory_AnonPages_bytes",
            "node_memory_Buffers_bytes",
            "node_memory_Cached_bytes",
            "node_memory_Committed_AS_bytes",
            "node_memory_Dirty_bytes",
            "node_memory_Inactive_anon_bytes",
            "node_memory_Inactive_bytes",
            "node_memory_Inactive_file_bytes",
            "node_memory_KernelStack_bytes",
            "node_memory_Mapped_bytes",
            "node_memory_MemAvailable_bytes",
            "node_memory_MemFree_bytes",
            "node_memory_PageTables_bytes",
            "node_memory_SReclaimable_bytes",
            "node_memory_SUnreclaim_bytes",
            "node_memory_Shmem_bytes",
            "node_memory_Slab_bytes",
            "process_resident_memory_bytes",
            "go_memstats_alloc_bytes",
            "go_memstats_heap_inuse_bytes",
        ],
        labels: &[],
    },
    Family {
        shape: Shape::Level,
        names: &["node_load1", "node_load15", "node_load5", "node_entropy_available_bits", "node_procs_running"],
        labels: &[],
    },
    Family {
        shape: Shape::Level,
        names: &["node_hwmon_temp_celsius"],
        labels: &[("chip", &["platform_coretemp_0", "nvme_nvme0"]), ("sensor", &["temp1", "temp2", "temp3", "temp4"])],
    },
    Family {
        shape: Shape::Count,
        names: &[
            "node_context_switches_total",
            "node_forks_total",
            "node_intr_total",
            "node_netstat_Icmp_InErrors",
            "node_netstat_IpExt_InOctets",
            "node_netstat_IpExt_OutOctets",
            "node_netstat_Tcp_ActiveOpens",
            "node_netstat_Tcp_InSegs",
            "node_netstat_Tcp_OutSegs",
            "node_netstat_Tcp_PassiveOpens",
            "node_netstat_Tcp_RetransSegs",
            "node_netstat_Udp_InDatagrams",
            "node_netstat_Udp_OutDatagrams",
            "node_vmstat_pgfault",
            "node_vmstat_pgmajfault",
            "node_vmstat_pgpgin",
            "node_vmstat_pgpgout",
            "node_vmstat_pswpin",
            "node_vmstat_pswpout",
        ],
        labels: &[],
    },
    Family {
        shape: Shape::Fixed,
        names: &["node_scrape_collector_success"],
        labels: &[("collector", &["cpu", "diskstats", "filesystem", "meminfo", "netdev", "netstat", "systemd"])],
    },
    Family {
        shape: Shape::Seconds,
        names: &["node_pressure_waiting_seconds_total", "node_pressure_stalled_seconds_total"],
        labels: &[("resource", &["cpu", "io", "irq", "memory"])],
    },
    Family {
        shape: Shape::Count,
        names: &["node_softirqs_functions_total"],
        labels: &[("cpu", CPUS), ("type", &["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "TASKLET", "SCHED", "RCU"])],
    },
    Family { shape: Shape::Count, names: &["node_interrupts_total"], labels: &[("cpu", CPUS), ("type", INTERRUPTS)] },
];

/// The series of one host, in the order in which it shows them.
#[must_use]
pub fn of_host() -> Vec<Series> {
    let mut all = Vec::with_capacity(1_024);
    for family in FAMILIES {
        for name in family.names {
            let mut labels = vec![[("", ""); 3]];
            for (place, (key, values)) in family.labels.iter().enumerate() {
                let with = |one: &[(&'static str, &'static str); 3], value: &&'static str| {
                    let mut more = *one;
                    more[place] = (key, value);
                    more
                };
                labels = labels.iter().flat_map(|one| values.iter().map(|value| with(one, value))).collect();
            }
            all.extend(labels.into_iter().map(|labels| Series { name, shape: family.shape, labels }));
        }
    }
    all.truncate(ACTIVE / HOSTS);
    all
}

/// Hosts among which the active series are divided.
const HOSTS: usize = 20;

/// The name of host number `host`.
#[must_use]
pub fn host_name(host: usize) -> String {
    format!("node-{host:03}.example.internal")
}

/// What series number `number` of `shape` holds at scrape number `scrape`.
#[must_use]
pub fn value(shape: Shape, number: u64, scrape: u64) -> f64 {
    let own = mixed(number);
    let noise = mixed(number ^ scrape.wrapping_mul(0x9E37_79B9));
    let is_idle = own % 10 < IDLE_IN_TEN;
    // How far a wave of the series' own phase has come, up and down again, in 0 … 120.
    let phase = (scrape + own) % WAVE;
    let wave = phase.min(WAVE - phase);
    match shape {
        Shape::Count if is_idle => (own >> 48) as f64,
        Shape::Count => {
            let rate = 1 << (own % 20);
            ((own >> 24) + scrape * rate + noise % (rate / 2 + 1)) as f64
        }
        Shape::Seconds if is_idle => (own >> 52) as f64 / 100.0,
        // Up to the 15 seconds of a scrape, in hundredths.
        Shape::Seconds => ((own >> 36) + scrape * (own % 1_400) + noise % (own % 1_400 / 2 + 1)) as f64 / 100.0,
        Shape::Bytes => ((own >> 44) * 4_096 + (wave * 64 + noise % 256) * 4_096) as f64,
        Shape::Level => (own % 40 * 10 + wave * 2 + noise % 50) as f64 / 100.0,
        Shape::Fixed if own.is_multiple_of(4) => 1.0,
        Shape::Fixed => 0.0,
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_host_shows_a_thousand_series_that_differ() {
        let all = of_host();
        assert_eq!(all.len(), ACTIVE / HOSTS);
        let different: HashSet<_> = all.iter().map(|series| (series.name, series.labels)).collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn counters_never_fall_and_most_values_move() {
        let (mut moved, all) = (0, of_host());
        for (number, series) in all.iter().enumerate() {
            let values: Vec<f64> = (0..500).map(|scrape| value(series.shape, number as u64, scrape)).collect();
            if matches!(series.shape, Shape::Count | Shape::Seconds) {
                assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{series:?}");
            }
            assert!(values.iter().all(|value| value.is_finite() && *value >= 0.0), "{series:?}");
            moved += usize::from(values[0] != values[499]);
        }
        assert!((400..900).contains(&moved), "{moved} of {} moved", all.len());
    }
}
