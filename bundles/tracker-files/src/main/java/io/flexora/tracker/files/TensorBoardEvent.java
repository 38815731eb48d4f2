package io.flexora.tracker.files;

import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The events of TensorBoard's files: {@code tensorflow.Event} of {@code event.proto}, with the
 * summaries of the plugins scalars, text and hparams.
 */
final class TensorBoardEvent {

  // tensorflow.Event
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  // tensorflow.Summary and Summary.Value
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  // tensorflow.SummaryMetadata and its PluginData
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;
  private static final int CONTENT = 2;
  private static final int DATA_CLASS = 4;
  private static final int TENSOR_CLASS = 2;
  // tensorflow.TensorProto
  private static final int DTYPE = 1;
  private static final int SHAPE = 2;
  private static final int DIMENSION = 2;
  private static final int STRING_VALUE = 8;
  private static final int FLOAT = 1;
  private static final int STRING = 7;
  // tensorboard.hparams
  private static final int SESSION_START = 3;
  private static final int SESSION_END = 4;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final double MICROS = 1e6;
  private static final double NANOS_OF_MICRO = 1e3;

  private TensorBoardEvent() {}

  /** The first event of a file. */
  static byte[] version(Instant time) {
    return TfRecord.of(event(time, 0).text(FILE_VERSION, "brain.Event:2").toBytes());
  }

  /** A metric, in single precision, as TensorBoard keeps it. */
  static byte[] scalar(Tracking.Metric metric) {
    return scalar(metric.time(), metric.step(), metric.name(), metric.value());
  }

  static byte[] scalar(Instant time, long step, String name, double number) {
    ProtoMessage value = new ProtoMessage().text(TAG, name).single(SIMPLE_VALUE, (float) number);
    return summary(time, step, value);
  }

  /** A text in Markdown, for the tab Text. */
  static byte[] text(Instant time, String name, String markdown) {
    ProtoMessage tensor =
        new ProtoMessage()
            .number(DTYPE, STRING)
            .message(SHAPE, new ProtoMessage())
            .text(STRING_VALUE, markdown);
    ProtoMessage value =
        new ProtoMessage()
            .text(TAG, name + "/text_summary")
            .message(TENSOR, tensor)
            .message(
                METADATA,
                new ProtoMessage()
                    .message(PLUGIN_DATA, new ProtoMessage().text(PLUGIN_NAME, "text"))
                    .number(DATA_CLASS, TENSOR_CLASS));
    return summary(time, 0, value);
  }

  /** The options of a run, for the tab HParams. */
  static byte[] hyperparameters(Tracker.Run run) {
    ProtoMessage start = new ProtoMessage();
    for (Map.Entry<String, String> parameter : run.parameters().entrySet()) {
      start.message(
          1,
          new ProtoMessage().text(1, parameter.getKey()).message(2, typed(parameter.getValue())));
    }
    start.text(4, run.id()).real(5, seconds(run.started()));
    return hparams(run.started(), "session_start_info", SESSION_START, start);
  }

  /** A {@code google.protobuf.Value}. */
  private static ProtoMessage typed(String value) {
    ProtoMessage typed = new ProtoMessage();
    if (value.equals("true") || value.equals("false")) {
      return typed.flag(4, Boolean.parseBoolean(value));
    }
    return NUMBER.matcher(value).matches()
        ? typed.real(2, Double.parseDouble(value))
        : typed.text(3, value);
  }

  /** How a run ended, for the tab HParams. */
  static byte[] end(Instant time, Status status) {
    // SUCCESS and FAILURE; there is no word for what was cancelled.
    ProtoMessage end =
        new ProtoMessage().number(1, status == Status.FINISHED ? 1 : 2).real(2, seconds(time));
    return hparams(time, "session_end_info", SESSION_END, end);
  }

  private static byte[] hparams(Instant time, String name, int field, ProtoMessage content) {
    // A tensor without elements; what counts is in the metadata.
    ProtoMessage nothing =
        new ProtoMessage()
            .number(DTYPE, FLOAT)
            .message(SHAPE, new ProtoMessage().message(DIMENSION, new ProtoMessage()));
    ProtoMessage plugin =
        new ProtoMessage()
            .text(PLUGIN_NAME, "hparams")
            .message(CONTENT, new ProtoMessage().message(field, content));
    ProtoMessage value =
        new ProtoMessage()
            .text(TAG, "_hparams_/" + name)
            .message(TENSOR, nothing)
            .message(METADATA, new ProtoMessage().message(PLUGIN_DATA, plugin));
    return summary(time, 0, value);
  }

  private static byte[] summary(Instant time, long step, ProtoMessage value) {
    ProtoMessage summary = new ProtoMessage().message(VALUE, value);
    return TfRecord.of(event(time, step).message(SUMMARY, summary).toBytes());
  }

  private static ProtoMessage event(Instant time, long step) {
    return new ProtoMessage().real(WALL_TIME, seconds(time)).number(STEP, step);
  }

  /** Seconds since 1970, to the microsecond: a double holds no more of today's time. */
  static double seconds(Instant time) {
    double micros = Math.floor(time.getNano() / NANOS_OF_MICRO);
    return time.getEpochSecond() + micros / MICROS;
  }
}
