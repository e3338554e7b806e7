"""The bytes that TensorBoard's own writer makes of some events, for packages/metrics/src/loggers/peers.json; and, with a folder,
what TensorBoard reads from the event files there.

    pip install tensorboard
    python scripts/peers/tensorboard-events.py > packages/metrics/src/loggers/peers.json
    python scripts/peers/tensorboard-events.py <folder>
"""
import io
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

if len(sys.argv) > 1:
    read = EventAccumulator(sys.argv[1]).Reload()
    for tag in read.Tags()["scalars"]:
        print(json.dumps({tag: [[event.step, event.value, event.wall_time] for event in read.Scalars(tag)]}))
    sys.exit()


def written(event):
    out = io.BytesIO()
    RecordWriter(out).write(event.SerializeToString())
    return out.getvalue().hex()


steps = [
    (1700000000.25, 0, {"reward": 7.25}),
    (1700000001.5, 300, {"reward/session": 0.1, "weight": 1.0}),
    (1700000002.0, 2**40 + 5, {"größe": -3.5e10}),
    (1.0, 1, {"weight": 0.0}),
]
records = []
for seconds, step, values in steps:
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
    records.append({"seconds": seconds, "step": step, "values": values, "hex": written(Event(wall_time=seconds, step=step, summary=summary))})
print(json.dumps({"version": {"seconds": 1700000000.25, "hex": written(Event(wall_time=1700000000.25, file_version="brain.Event:2"))}, "records": records}))
