package io.flexora.tracker.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the scalars of an event file as TensorBoard does: record by record, checking each CRC. */
final class EventFile {

  /** A scalar of an event. */
  record Scalar(String tag, long step, float value) {}

  private final List<Scalar> scalars = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();

  private EventFile() {}

  static EventFile read(Path path) throws IOException {
    EventFile file = new EventFile();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      bytes.get(length);
      require(bytes.getInt(), length);
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      require(bytes.getInt(), data);
      file.event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
    }
    return file;
  }

  List<Scalar> scalars() {
    return scalars;
  }

  List<String> tags() {
    return tags;
  }

  private static void require(int found, byte[] data) throws IOException {
    if (found != TfRecord.maskedCrc(data)) {
      throw new IOException("a wrong CRC");
    }
  }

  private void event(ByteBuffer event) {
    long step = 0;
    while (event.hasRemaining()) {
      int key = (int) varint(event);
      if (key >> 3 == 2) {
        step = varint(event);
      } else if (key >> 3 == 5) {
        value(step, field(field(event, varint(event))));
      } else {
        skip(event, key & 7);
      }
    }
  }

  /** The content of the one field of a summary. */
  private static ByteBuffer field(ByteBuffer summary) {
    varint(summary);
    return field(summary, varint(summary));
  }

  private static ByteBuffer field(ByteBuffer from, long length) {
    ByteBuffer field = from.slice(from.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    from.position(from.position() + (int) length);
    return field;
  }

  private void value(long step, ByteBuffer value) {
    String tag = "";
    while (value.hasRemaining()) {
      int key = (int) varint(value);
      if (key >> 3 == 1) {
        tag = StandardCharsets.UTF_8.decode(field(value, varint(value))).toString();
        tags.add(tag);
      } else if (key >> 3 == 2) {
        scalars.add(new Scalar(tag, step, value.getFloat()));
      } else {
        skip(value, key & 7);
      }
    }
  }

  private static void skip(ByteBuffer from, int type) {
    switch (type) {
      case 0 -> varint(from);
      case 1 -> from.getLong();
      case 2 -> field(from, varint(from));
      default -> from.getInt();
    }
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
