"""The churn table by PySpark, kept warm: features_spark.py LAKE CUTOFFS OUT MEMORY.

LAKE is a folder with a manifest, CUTOFFS days separated by commas, OUT a folder, MEMORY the
driver's. Answers one line of JSON for each line `fit`, and a last one for `quit`; see bench/learn/side.ts.
"""

import glob
import json
import os
import sys
import time

os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from pyspark.sql import SparkSession, Window  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WINDOWS = [1, 3, 7, 14, 30]


def open_session(memory):
    return (
        SparkSession.builder.master("local[2]")
        .appName("features")
        .config("spark.driver.memory", memory)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )


def read(spark, lake, table):
    last = sorted(glob.glob(os.path.join(lake, "manifests", "*.json")))[-1]
    with open(last, encoding="utf8") as file:
        files = json.load(file)["files"]
    paths = [os.path.join(lake, one["path"]) for one in files if one["table"] == table]
    return spark.read.parquet(*paths)


def scaled(column):
    return F.floor(F.col(column) * 1000 + 0.5).cast("bigint")


def bots_by_cutoff(play, cutoffs):
    plays = play.where("play_seconds > 0 AND play_seconds <= 86400").select(
        "user_id", "event_date", "arrived_at", scaled("play_seconds").alias("ms")
    )
    suspects = plays.groupBy("user_id", "event_date").agg(F.sum("ms").alias("all_ms"))
    suspects = suspects.where("all_ms > 86400000").select("user_id", "event_date")
    known = plays.join(suspects, ["user_id", "event_date"], "left_semi").join(
        cutoffs, F.expr("event_date < cutoff AND arrived_at <= cutoff")
    )
    known = known.groupBy("user_id", "event_date", "cutoff").agg(F.sum("ms").alias("known_ms"))
    return known.where("known_ms > 86400000").select("user_id", "cutoff").distinct()


def cells_of(play, download, search, first, last):
    inside = F.col("event_date").between(first, last)
    zero = F.lit(0).cast("bigint")

    def cell(table, counts):
        columns = {"plays": zero, "downs": zero, "searches": zero}
        columns |= {"ms": zero, "full_plays": zero, "measured": zero}
        aggregates = [value.alias(name) for name, value in counts.items()]
        grouped = (
            table.where(inside)
            .groupBy("user_id", F.col("event_date").alias("day"), "arrived_at")
            .agg(*aggregates, F.max("device").alias("device"))
        )
        chosen = [grouped[n] if n in counts else v.alias(n) for n, v in columns.items()]
        return grouped.select("user_id", "day", "arrived_at", *chosen, "device")

    one = F.lit(1)
    seconds = F.when(F.expr("play_seconds BETWEEN 0 AND 86400"), scaled("play_seconds"))
    full = F.expr("track_seconds > 0 AND play_seconds >= 0 AND play_seconds >= 0.9D * track_seconds")
    return (
        cell(
            play,
            {
                "plays": F.count(one),
                "ms": F.sum(seconds),
                "full_plays": F.count_if(full),
                "measured": F.count_if(F.expr("track_seconds > 0 AND play_seconds >= 0")),
            },
        )
        .unionByName(cell(download, {"downs": F.count(one)}))
        .unionByName(cell(search, {"searches": F.count(one)}))
    )


def limits_of(honest):
    by_count = honest.where("plays > 0").groupBy("cutoff", "plays").agg(F.count("*").alias("n"))
    so_far = Window.partitionBy("cutoff").orderBy("plays")
    by_count = by_count.withColumn("upto", F.sum("n").over(so_far))
    by_count = by_count.withColumn("total", F.sum("n").over(Window.partitionBy("cutoff")))
    return by_count.where("upto * 1000 >= total * 999").groupBy("cutoff").agg(
        F.min("plays").alias("most")
    )


def sums_of(cleaned):
    def within(column, days):
        return F.coalesce(F.sum(F.when(F.col("age") <= days, F.col(column))), F.lit(0))

    counts = {"P": "plays", "D": "downs", "S": "searches"}
    columns = [
        within(column, days).alias(f"freq_{kind}_last_{days}")
        for kind, column in counts.items()
        for days in WINDOWS
    ]
    for name, column in {"play": "plays", "down": "downs", "search": "searches"}.items():
        age = F.when(F.col(column) > 0, F.col("age"))
        columns.append(F.min(age).alias(f"days_from_last_{name}"))
    active = F.expr("plays + downs + searches > 0")
    columns += [within("ms", 7).alias("ms_7"), within("ms", 30).alias("ms_30")]
    columns += [within("full_plays", 30).alias("full_plays"), within("measured", 30).alias("measured")]
    columns += [
        F.count_if((F.col("age") <= 7) & active).alias("active_7"),
        F.count_if(active).alias("active_30"),
        F.max_by("device", F.when(F.col("device").isNotNull(), F.col("day"))).alias("device"),
        F.sum(F.expr("plays + downs + searches")).alias("events"),
    ]
    for number, name in enumerate(DAYS):
        on_day = F.when(F.weekday("day") == number, F.col("plays"))
        columns.append(F.coalesce(F.sum(on_day), F.lit(0)).alias(f"on_{name}"))
    return cleaned.groupBy("user_id", "cutoff").agg(*columns).where("events > 0")


def table(spark, lake, days):
    play, download, search = (read(spark, lake, name) for name in ("play", "download", "search"))
    cutoffs = F.broadcast(
        spark.createDataFrame([(day,) for day in days], "cutoff string").select(
            F.to_date("cutoff").alias("cutoff")
        )
    )
    first = F.date_sub(F.lit(min(days)).cast("date"), 30)
    last = F.date_add(F.lit(max(days)).cast("date"), 13)
    cells = cells_of(play, download, search, first, last).cache()
    seen = cells.join(
        cutoffs,
        F.expr("day >= date_sub(cutoff, 30) AND day < cutoff AND arrived_at <= cutoff"),
    )
    sums = ["plays", "downs", "searches", "ms", "full_plays", "measured"]
    per_day = seen.groupBy("user_id", "cutoff", "day").agg(
        *[F.sum(name).alias(name) for name in sums], F.max("device").alias("device")
    )
    honest = per_day.join(bots_by_cutoff(play, cutoffs), ["user_id", "cutoff"], "left_anti").cache()
    judged = honest.join(F.broadcast(limits_of(honest)), "cutoff", "left")
    over = F.expr("plays > most")
    keep = lambda name: F.when(over, F.lit(0)).otherwise(F.col(name)).alias(name)  # noqa: E731
    cleaned = judged.select(
        "user_id", "cutoff", "day", "downs", "searches", "device",
        F.datediff("cutoff", "day").alias("age"),
        *[keep(name) for name in ("plays", "ms", "full_plays", "measured")],
    )
    outliers = judged.where(over).select("user_id", "cutoff", F.col("day").alias("event_date"))
    variety = (
        play.join(
            cutoffs,
            F.expr(
                "event_date >= date_sub(cutoff, 30) AND event_date < cutoff AND arrived_at <= cutoff"
            ),
        )
        .join(outliers, ["user_id", "cutoff", "event_date"], "left_anti")
        .groupBy("user_id", "cutoff")
        .agg(
            F.countDistinct("track_id").alias("songs"),
            F.countDistinct("artist_name").alias("artists"),
        )
    )
    later = cells.join(cutoffs, F.expr("day >= cutoff AND day < date_add(cutoff, 14)"))
    later = later.select("user_id", "cutoff").distinct().withColumn("stayed", F.lit(1))
    rows = sums_of(cleaned).join(variety, ["user_id", "cutoff"], "left")
    rows = rows.join(later, ["user_id", "cutoff"], "left")
    caches = [cells, honest]
    return rows.select(*output()).orderBy("uid", "cutoff"), caches


def output():
    ratio = lambda over, under: F.expr(f"CAST({over} AS DOUBLE) / nullif({under}, 0)")  # noqa: E731
    columns = [F.col("user_id").alias("uid"), F.col("cutoff").cast("string").alias("cutoff")]
    columns.append(F.when(F.col("stayed").isNull(), 1).otherwise(0).alias("label"))
    columns += [F.col(f"freq_{kind}_last_{days}") for kind in "PDS" for days in WINDOWS]
    columns += [F.col(f"days_from_last_{name}") for name in ("play", "down", "search")]
    columns += [
        ratio("ms_7", 1000).alias("play_seconds_last_7"),
        ratio("ms_30", 1000).alias("play_seconds_last_30"),
        F.col("full_plays").alias("full_plays_last_30"),
        ratio("full_plays", "measured").alias("full_play_share_last_30"),
        F.col("active_7").alias("active_days_last_7"),
        F.col("active_30").alias("active_days_last_30"),
        F.coalesce("songs", F.lit(0)).alias("distinct_songs_last_30"),
        F.coalesce("artists", F.lit(0)).alias("distinct_artists_last_30"),
        F.col("device"),
    ]
    for kind, short, long in (("P", 3, 14), ("P", 7, 30), ("D", 7, 30), ("S", 7, 30)):
        over, under = f"freq_{kind}_last_{short} * {long}", f"freq_{kind}_last_{long} * {short}"
        columns.append(ratio(over, under).alias(f"trend_{kind}_{short}_{long}"))
    columns += [ratio(f"on_{day}", "freq_P_last_30").alias(f"share_{day}") for day in DAYS]
    return columns


def peak_memory():
    """Resident memory of the Java process at its highest, bytes."""
    peaks = [0]
    for path in glob.glob("/proc/[0-9]*/status"):
        try:
            with open(path, encoding="utf8") as file:
                fields = dict(line.split(":", 1) for line in file)
        except OSError:
            continue  # The process has ended.
        if int(fields["PPid"]) == os.getpid() and "VmHWM" in fields:
            peaks.append(int(fields["VmHWM"].split()[0]) * 1024)
    return max(peaks)


def main():
    lake, days, out, memory = sys.argv[1], sys.argv[2].split(","), *sys.argv[3:5]
    spark = open_session(memory)
    spark.sparkContext.setLogLevel("ERROR")
    for line in sys.stdin:
        if line.strip() == "fit":
            started = time.perf_counter()
            rows, caches = table(spark, lake, days)
            rows.coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(out)
            for cached in caches:
                cached.unpersist()
            print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
            continue
        end = {"peakMemoryBytes": peak_memory(), "version": spark.version}
        print(json.dumps(end), flush=True)
        spark.stop()
        return


main()
