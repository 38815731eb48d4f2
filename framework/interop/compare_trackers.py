"""What trackers wrote, read back with the tools themselves: TensorBoard's accumulator, Trackio, MLflow's client, csv.

A run is begun, killed in its training, and resumed, with all trackers at once. Each tool has to have each step of each
metric of the run's record exactly once, and the options, metrics and status of each cell. A tool that is not
installed is left out, with a line that says so.
"""

import csv
import importlib.util
import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from launcher import Flexora, read_rows
from tables import Table, largest

FLOAT = 6e-8  # half a unit in the last place of single precision, in which TensorBoard keeps scalars
WAIT = 120


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    table = Table()
    trackers = ["csv", "tensorboard"]
    server = Server.start(flexora.work) if has("mlflow") and not arguments.no_server else None
    try:
        if server:
            trackers.append({"use": "mlflow", "tracking_uri": server.address, "experiment_name": "interop"})
        folder = interrupted_and_resumed(flexora, arguments, trackers, table)
        imported = trackio_scalars(folder, flexora.work) if has("trackio") and has("tbparse") else None
        for cell, metrics in recorded(folder).items():
            outcome = json.loads((folder / "cells" / cell / "outcome.json").read_text())
            compare(table, f"csv: {cell}", metrics, csv_scalars(folder, cell), 0)
            if has("tensorboard"):
                compare_tensorboard(table, folder, cell, metrics, outcome)
            if imported:
                compare(table, f"Trackio: {cell}", metrics, imported(cell), FLOAT)
            if server:
                compare_mlflow(table, server, folder, cell, metrics, outcome)
    finally:
        if server:
            server.stop()
    for tool in ("tensorboard", "mlflow", "trackio", "tbparse"):
        if not has(tool):
            print(f"left out: {tool} is not installed in {sys.prefix}")
    return table.finish()


def has(module):
    return importlib.util.find_spec(module) is not None


class Server:
    """An MLflow server on loopback, on a database of its own."""

    def __init__(self, process, address):
        self.process = process
        self.address = address

    @staticmethod
    def start(work):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        database = work / "mlflow.db"
        database.unlink(missing_ok=True)
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{database}"]
        log = open(work / "mlflow.log", "wb")
        # Its jobs, such as scoring traces, are nothing to us and take processes of their own.
        environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd=work, env=environment)
        server = Server(process, f"http://127.0.0.1:{port}")
        end = time.monotonic() + WAIT
        while time.monotonic() < end and process.poll() is None:
            try:
                urllib.request.urlopen(f"{server.address}/health", timeout=5).read()
                return server
            except OSError:
                time.sleep(0.5)
        server.stop()
        sys.exit(f"the MLflow server did not start; see {work / 'mlflow.log'}")

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait(30)


def interrupted_and_resumed(flexora, arguments, trackers, table):
    """Kills the command in its training, when trackers have been told something, and goes on."""
    options = ["--set", f"trackers={json.dumps(trackers)}", "--set", f"output_dir={flexora.work / 'runs'}"]
    for setting in arguments.set:
        options += ["--set", setting]
    before = set((flexora.work / "runs").glob("*"))
    command = [str(flexora.launcher), "run", str(arguments.experiment), *options, "--json"]
    process = subprocess.Popen(command, env=flexora.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    end = time.monotonic() + flexora.timeout
    folder = None
    while process.poll() is None and time.monotonic() < end:
        folder = next(iter(set((flexora.work / "runs").glob("[!.]*")) - before), None)
        if folder and steps(folder, "main", "train") >= arguments.kill_at:
            time.sleep(1.5)  # so that trackers have been told a part of it
            break
        time.sleep(0.05)
    killed = process.poll() is None
    process.kill()
    errors = process.communicate()[1].decode()
    if folder is None:
        sys.exit(f"no run began: {errors[-2000:]}")
    table.require("killed in the training of main", killed, f"at step {steps(folder, 'main', 'train')}")
    flexora.call("resume", folder)
    return folder


def steps(folder, cell, phase):
    try:
        rows = (folder / "events.jsonl").read_text().splitlines()
    except OSError:
        return 0
    found = 0
    for row in rows:
        try:
            event = json.loads(row)
        except ValueError:
            continue
        if event["kind"] == "step" and event["cell"] == cell and event["phase"] == phase:
            found = max(found, event["step"])
    return found


def recorded(folder):
    """The steps of each metric of each cell, as the run's own record tells; of a step that was done again, the first."""
    cells = {}
    for event in read_rows(folder / "events.jsonl"):
        if event["kind"] != "step" or not event["cell"]:
            continue
        metrics = cells.setdefault(event["cell"], {})
        for name, value in event["values"].items():
            numbers = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, number in numbers:
                if number is None or isinstance(number, (int, float)) and not isinstance(number, bool):
                    key = f"{event['phase']}/{name}" + ("" if index is None else f"/{index}")
                    number = math.nan if number is None else number
                    metrics.setdefault(key, {}).setdefault(event["step"], number)
    return cells


def own_folder(folder, tracker, cell):
    return next(iter(folder.glob(f"tracking/{tracker}-*/{cell}")))


def csv_scalars(folder, cell):
    found = {}
    with open(own_folder(folder, "csv", cell) / "metrics.csv", newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["metric"], []).append((int(row["step"]), float(row["value"])))
    return found


def compare(table, what, expected, found, tolerance):
    """Each step once and in order, and its value."""
    names = set(expected) <= set(found)
    ordered = names and all([s for s, _ in found[n]] == sorted(expected[n]) for n in expected)
    table.require(f"{what}: each step once, in order", ordered, f"{len(expected)} metrics")
    if ordered:
        pairs = [(found[n][i][1], expected[n][s]) for n in expected for i, s in enumerate(sorted(expected[n]))]
        pairs = [(a, b) for a, b in pairs if not (math.isnan(a) and math.isnan(b))]
        table.add(f"{what}: values", len(pairs), largest(*zip(*pairs), relative=True), tolerance)


def compare_tensorboard(table, folder, cell, metrics, outcome):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import api_pb2, metadata

    accumulator = EventAccumulator(str(own_folder(folder, "tensorboard", cell)), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    found = {tag: [(e.step, e.value) for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}
    compare(table, f"TensorBoard: {cell}", metrics, found, FLOAT)
    for name, value in outcome["metrics"].items():
        seen = found.get(f"evaluate/{name}", [(0, math.nan)])[-1][1]
        table.add(f"TensorBoard: {cell}: {name}", 1, largest([seen], [value["value"]], relative=True), FLOAT)
    plugins = accumulator.PluginTagToContent("hparams")
    start = metadata.parse_session_start_info_plugin_data(plugins[metadata.SESSION_START_INFO_TAG])
    end = metadata.parse_session_end_info_plugin_data(plugins[metadata.SESSION_END_INFO_TAG])
    table.require(f"TensorBoard: {cell}: hyperparameters", start.hparams["seed"].number_value == outcome["seed"], len(start.hparams))
    table.require(f"TensorBoard: {cell}: status", end.status == api_pb2.STATUS_SUCCESS, end.status)
    table.require(f"TensorBoard: {cell}: texts", "options/text_summary" in accumulator.Tags()["tensors"], "")


def trackio_scalars(folder, work):
    """Imports the event files into a project of Trackio; what it has of a cell then."""
    os.environ["TRACKIO_DIR"] = str(work / "trackio")
    import trackio
    from trackio.sqlite_storage import SQLiteStorage

    trackio.import_tf_events(next(folder.glob("tracking/tensorboard-*")), project=folder.name)

    def of(cell):
        found = {}
        for logged in SQLiteStorage.get_logs(folder.name, cell):
            step = logged["step"]
            for name, value in logged.items():
                if name not in ("step", "timestamp"):
                    found.setdefault(name, []).append((step, float(value)))
        return {name: sorted(steps) for name, steps in found.items()}

    return of


def compare_mlflow(table, server, folder, cell, metrics, outcome):
    from mlflow import MlflowClient

    client = MlflowClient(server.address)
    experiment = client.get_experiment_by_name("interop")
    runs = client.search_runs([experiment.experiment_id], f"attributes.run_name = '{folder.name}/{cell}'")
    table.require(f"MLflow: {cell}: one run", len(runs) == 1, len(runs))
    if len(runs) != 1:
        return
    run = runs[0]
    found = {}
    for name in metrics:
        history = client.get_metric_history(run.info.run_id, name)
        found[name] = sorted((m.step, m.value) for m in history)
    compare(table, f"MLflow: {cell}", metrics, found, 0)
    for name, value in outcome["metrics"].items():
        seen = run.data.metrics.get(f"evaluate/{name}", math.nan)
        table.add(f"MLflow: {cell}: {name}", 1, largest([seen], [value["value"]], relative=True), 0)
    table.require(f"MLflow: {cell}: parameters", run.data.params.get("seed") == str(outcome["seed"]), len(run.data.params))
    table.require(f"MLflow: {cell}: status", run.info.status == "FINISHED", run.info.status)
    layers = " ".join(map(str, outcome["selected_layers"]))
    table.require(f"MLflow: {cell}: layers", run.data.tags.get("flexora.selected_layers") == layers, layers)
