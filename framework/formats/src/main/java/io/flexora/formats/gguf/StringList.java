package io.flexora.formats.gguf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** Strings as a file holds them, made when asked for: half a million would fill the heap. */
final class StringList extends AbstractList<String> implements RandomAccess {

  private final byte[] bytes;
  private final int[] ends;

  private StringList(byte[] bytes, int[] ends) {
    this.bytes = bytes;
    this.ends = ends;
  }

  /** Reads strings, each with its length in front. */
  static StringList read(HeaderCursor cursor, int count, String what)
      throws IOException, BrokenGgufRule {
    byte[] bytes = new byte[(int) Math.min(16L * count, cursor.remaining())];
    int[] ends = new int[count];
    int end = 0;
    String strings = "bytes of a string of " + what;
    for (int i = 0; i < count; i++) {
      byte[] next = cursor.bytes(cursor.count(strings, 1), strings);
      if (!isUtf8(next)) {
        throw new BrokenGgufRule("string " + i + " of " + what + " is not UTF-8");
      }
      if (next.length > bytes.length - end) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + next.length));
      }
      System.arraycopy(next, 0, bytes, end, next.length);
      end += next.length;
      ends[i] = end;
    }
    return new StringList(Arrays.copyOf(bytes, end), ends);
  }

  static StringList of(List<String> strings) {
    int[] ends = new int[strings.size()];
    byte[][] encoded = new byte[strings.size()][];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      encoded[i] = strings.get(i).getBytes(StandardCharsets.UTF_8);
      end = Math.addExact(end, encoded[i].length);
      ends[i] = end;
    }
    byte[] bytes = new byte[end];
    for (int i = 0; i < ends.length; i++) {
      System.arraycopy(encoded[i], 0, bytes, ends[i] - encoded[i].length, encoded[i].length);
    }
    return new StringList(bytes, ends);
  }

  private static boolean isUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return isUtf8BeyondAscii(bytes);
      }
    }
    return true;
  }

  private static boolean isUtf8BeyondAscii(byte[] bytes) {
    try {
      HeaderCursor.utf8(bytes, "");
      return true;
    } catch (BrokenGgufRule e) {
      return false;
    }
  }

  @Override
  public String get(int index) {
    int from = index == 0 ? 0 : ends[index - 1];
    return new String(bytes, from, ends[index] - from, StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return ends.length;
  }
}
