"""A cluster of Dask on this machine, with workers in processes of their own.

`python -m tests.grading.local_cluster 2` starts two workers and says where
the scheduler is. All of it ends with this process, whose scheduler it is.
"""
import sys

from distributed import LocalCluster


def main() -> None:
    """Start the cluster; end when nobody asks any more."""
    with LocalCluster(
            n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True,
            dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
