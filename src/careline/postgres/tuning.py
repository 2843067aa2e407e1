"""The server's parameters, sized to the machine; written at each start, so a new release brings its own."""

import os
import shutil
import sys
from pathlib import Path

MIB = 1024 * 1024


def parameters(data: Path, *, durable: bool = True) -> dict[str, str]:
    """Parameters of postgresql.conf. A server that is not durable is for tests: quick, and lost when the machine stops."""
    memory = memory_mib()
    disk = shutil.disk_usage(data.parent).free // MIB
    chosen = {
        "listen_addresses": "",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        # The application shares the machine: an eighth for the server's own cache, the rest is the system's.
        "shared_buffers": f"{_between(128, memory // 8, 4096)}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{_between(64, memory // 32, 512)}MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "wal_buffers": "16MB",
        "min_wal_size": "256MB",
        "max_wal_size": f"{_between(512, disk // 10, 4096)}MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # Conversations and outbox rows are updated all day: vacuum small and often.
        "autovacuum_naptime": "15s",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.05",
        "autovacuum_vacuum_cost_limit": "1000",
        "idle_in_transaction_session_timeout": "5min",
        # Numbers of customers stand in statements, parameters and details of errors: none of them goes to the log.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_line_prefix": "%m [%p] ",
        "logging_collector": "off",
    }
    if sys.platform == "linux":
        chosen["effective_io_concurrency"] = "64"
    if not durable:
        chosen |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
            "min_wal_size": "80MB",
            "autovacuum_naptime": "60s",
        }
    return chosen


def memory_mib() -> int:
    """Memory this process may count on: the machine's, or its container's limit (cgroup v2, v1) when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text()))
        except (OSError, ValueError):  # none, or "max"
            continue
    return total // MIB


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
