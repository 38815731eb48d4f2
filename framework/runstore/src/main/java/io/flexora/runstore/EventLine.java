package io.flexora.runstore;

import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A line of a record: an event's JSON object, whose last member {@code crc32} is the checksum, in
 * eight hexadecimal digits, of the object without it.
 */
final class EventLine {

  private static final String MEMBER = ",\"crc32\":\"%08x\"}";
  private static final int LENGTH = MEMBER.formatted(0).length();

  private EventLine() {}

  static byte[] write(RunEvent event) {
    byte[] json = EventJson.write(event);
    byte[] member = member(json, json.length);
    byte[] line = Arrays.copyOf(json, json.length - 1 + member.length);
    System.arraycopy(member, 0, line, json.length - 1, member.length);
    return line;
  }

  /** The checksum of an object, all but the last brace of which is given. */
  private static byte[] member(byte[] json, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(json, 0, length - 1);
    checksum.update('}');
    return MEMBER.formatted(checksum.getValue()).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a line.
   *
   * @throws IOException if it is not an event, or is not as it was written
   */
  static RunEvent read(byte[] line) throws IOException {
    int own = line.length - LENGTH;
    if (own < 1 || !Arrays.equals(line, own, line.length, member(line, own + 1), 0, LENGTH)) {
      throw new IOException("its checksum is missing or differs");
    }
    byte[] json = Arrays.copyOf(line, own + 1);
    json[own] = '}';
    return EventJson.read(json);
  }
}
