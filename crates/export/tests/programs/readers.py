"""Reads what was exported with other people's libraries: FHIR R4B models, a parser of UCUM, a decoder of FIT.

Takes a folder with record.ndjson, record.json, workout.fit and workout.json (the rows that the FIT file was written
from). Says what does not hold and ends with 1, else tells what was read.
"""

import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import fitdecode
from fhir.resources.R4B import get_fhir_model_class
from ucumvert import get_ucum_parser

UCUM = "http://unitsofmeasure.org"
problems = []
units = set()


def check(holds, what):
    if not holds:
        problems.append(what)


def quantities(value):
    """Every Quantity within a resource."""
    if isinstance(value, dict):
        if value.get("system") == UCUM:
            yield value
        for inner in value.values():
            yield from quantities(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from quantities(inner)


def numbers(resource):
    return sorted(float(quantity["value"]) for quantity in quantities(resource))


def read_resource(resource, where):
    """The model refuses unknown fields, wrong types, two values, times that are none."""
    model = get_fhir_model_class(resource["resourceType"])
    try:
        parsed = model.model_validate(resource)
    except Exception as error:  # the library has several
        problems.append(f"{where}: {error}")
        return
    again = json.loads(parsed.model_dump_json())
    check(numbers(again) == numbers(resource), f"{where}: numbers changed on the way")
    units.update(quantity["code"] for quantity in quantities(resource))


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def read_lines(path):
    resources = [json.loads(line) for line in path.read_text().splitlines()]
    known = Counter(f"{resource['resourceType']}/{resource['id']}" for resource in resources)
    check(max(known.values()) == 1, "an id is used twice")
    for resource in resources:
        name = f"{resource['resourceType']}/{resource['id']}"
        read_resource(resource, name)
        for reference in references(resource):
            check(reference in known, f"{name} refers to {reference}, which is not there")
    return Counter(resource["resourceType"] for resource in resources)


def read_bundle(path):
    bundle = json.loads(path.read_text())
    read_resource(bundle, "the Bundle")
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    for reference in references(bundle):
        check(reference in known, f"the Bundle refers to {reference}, which is not there")
    return len(bundle["entry"])


def values(resources):
    """Every number of every series at its time, also those that stand in a run."""
    for resource in resources:
        codings = resource.get("code", {}).get("coding", [])
        own = [coding["code"] for coding in codings if coding["system"] == "urn:wearhouse:series"]
        if resource["resourceType"] != "Observation" or not own:
            continue
        run = resource.get("valueSampledData")
        if run is None:
            at = resource.get("effectiveDateTime") or resource["effectivePeriod"]["start"]
            numbers_here = numbers(resource) or [json.dumps(resource.get("valueCodeableConcept"))]
            yield own[0], datetime.fromisoformat(at), tuple(numbers_here)
            continue
        start = datetime.fromisoformat(resource["effectivePeriod"]["start"])
        for place, value in enumerate(run["data"].split()):
            yield own[0], start + timedelta(milliseconds=place * run["period"]), (float(value),)
        end = datetime.fromisoformat(resource["effectivePeriod"]["end"])
        check(start + timedelta(milliseconds=place * run["period"]) == end, f"{resource['id']} ends elsewhere")


def read_sampled(path, plain):
    """Samples at a regular pace stand together, and are the same."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    runs = [line for line in lines if "valueSampledData" in line]
    check(runs, "there is no run")
    for run in runs:
        check("profile" not in run["meta"], f"{run['id']} claims a profile that wants a quantity")
    each = [json.loads(line) for line in plain.read_text().splitlines()]
    check(Counter(values(lines)) == Counter(values(each)), "runs hold other values than samples one by one")
    return len(runs)


def read_units():
    parser = get_ucum_parser()
    for unit in sorted(units):
        try:
            parser.parse(unit)
        except Exception as error:
            problems.append(f"{unit} is no unit of UCUM: {error}")


# the name of a field of a record there and of a row here, and how far rounding may lead
FIT_FIELDS = [
    ("heart_rate", "heart_rate_bpm", 0.5),
    ("enhanced_altitude", "elevation_m", 0.1),
    ("enhanced_speed", "speed_mps", 0.0005),
    ("distance", "distance_m", 0.005),
    ("power", "power_w", 0.5),
    ("temperature", "temperature_c", 0.5),
]
DEGREES = 180 / 2**31


def near(read, written, within):
    if read is None or written is None:
        return read is None and written is None
    return abs(read - written) <= within + 1e-9


def read_fit(path, rows):
    frames = []
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    kinds = Counter(frame.name for frame in frames)
    for kind in ("file_id", "session", "activity"):
        check(kinds[kind] == 1, f"FIT: {kinds[kind]} messages {kind}")
    check(kinds["lap"] >= 1, "FIT: no lap")
    check(kinds["event"] == 4, f"FIT: {kinds['event']} events, with one pause")
    records = [frame for frame in frames if frame.name == "record"]
    check(len(records) == len(rows), f"FIT: {len(records)} records of {len(rows)} rows")
    for record, row in zip(records, rows):
        value = lambda name: record.get_value(name, fallback=None)
        at = value("timestamp").timestamp()
        check(at == row["time_s"], f"FIT: {at} for {row['time_s']}")
        for theirs, ours, within in FIT_FIELDS:
            check(near(value(theirs), row[ours], within), f"FIT: {theirs} {value(theirs)} for {row[ours]} at {at}")
        for theirs, ours in (("position_lat", "latitude_deg"), ("position_long", "longitude_deg")):
            degrees = value(theirs)
            degrees = None if degrees is None else degrees * DEGREES
            check(near(degrees, row[ours], DEGREES / 2), f"FIT: {theirs} {degrees} for {row[ours]} at {at}")
        cadence, fraction = value("cadence"), value("fractional_cadence")
        cadence = None if cadence is None else cadence + (fraction or 0)
        check(near(cadence, row["cadence_rpm"], 1 / 256), f"FIT: cadence {cadence} for {row['cadence_rpm']} at {at}")
    session = next(frame for frame in frames if frame.name == "session")
    check(session.get_value("sport") == "running", f"FIT: sport {session.get_value('sport')}")
    return dict(kinds)


def read_triathlon(path, sports):
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    sessions = [frame for frame in frames if frame.name == "session"]
    names = [frame.get_value("sport") for frame in sessions]
    check(names == ["swimming", "transition", "cycling", "transition", "running"], f"FIT: sports {names}")
    laps = 0
    for number, (session, sport) in enumerate(zip(sessions, sports)):
        told = [session.get_value(name) for name in ("message_index", "first_lap_index", "num_laps")]
        check(told == [number, laps, sport["laps"]], f"FIT: session {number} says {told}")
        laps += sport["laps"]
        check(session.get_value("start_time").timestamp() == sport["start_s"], f"FIT: session {number} begins elsewhere")
        for name, ours in (("total_elapsed_time", "seconds"), ("total_distance", "distance_m")):
            check(near(session.get_value(name), sport[ours], 0.005), f"FIT: session {number} {name}")
    kinds = Counter(frame.name for frame in frames)
    check(kinds["record"] == sum(sport["rows"] for sport in sports), f"FIT: {kinds['record']} records")
    check(kinds["lap"] == laps, f"FIT: {kinds['lap']} laps")
    activity = next(frame for frame in frames if frame.name == "activity")
    check(activity.get_value("num_sessions") == len(sports), "FIT: number of sessions")
    check(activity.get_value("type") == "auto_multi_sport", f"FIT: {activity.get_value('type')}")
    return dict(kinds)


def main():
    folder = Path(sys.argv[1])
    kinds = read_lines(folder / "record.ndjson")
    read_lines(folder / "sampled.ndjson")
    runs = read_sampled(folder / "sampled.ndjson", folder / "record.ndjson")
    entries = read_bundle(folder / "record.json")
    check(entries == sum(kinds.values()), f"{entries} entries of {sum(kinds.values())} resources")
    read_units()
    fit = read_fit(folder / "workout.fit", json.loads((folder / "workout.json").read_text()))
    sports = read_triathlon(folder / "triathlon.fit", json.loads((folder / "triathlon.json").read_text()))
    for problem in problems[:20]:
        print(problem)
    print(f"{len(problems)} problems; FHIR {dict(kinds)}, {runs} runs, {len(units)} units; FIT {fit}; triathlon {sports}")
    sys.exit(1 if problems else 0)


main()
