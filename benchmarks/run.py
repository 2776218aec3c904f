"""`make bench`: every measurement of speed, one after the other."""

import subprocess
import sys

BENCHES = ("benchmarks.serving", "benchmarks.prediction_speed")


def main() -> None:
    for bench in BENCHES:
        given = sys.argv[1:] if bench == "benchmarks.serving" else []
        print(f"\n## {bench}\n", flush=True)
        subprocess.run([sys.executable, "-m", bench, *given], check=True)


if __name__ == "__main__":
    main()
