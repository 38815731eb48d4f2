package io.flexora.formats.gguf;

import static io.flexora.formats.gguf.BrokenGgufRule.require;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Goes through the header of a file from its start to its end, and never beyond. */
final class HeaderCursor {

  private static final int WINDOW_BYTES = 1 << 16;

  private final FileChannel channel;
  private final long size;
  private final boolean whole;
  private final ByteBuffer window;
  private long next;

  /**
   * Starts at the first byte of a file.
   *
   * @param most the greatest number of bytes that may be read
   */
  HeaderCursor(FileChannel channel, long most) throws IOException {
    this.channel = channel;
    this.size = Math.min(channel.size(), most);
    this.whole = channel.size() <= most;
    this.window =
        ByteBuffer.allocate((int) Math.min(size, WINDOW_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  /** The index of the byte that is read next. */
  long position() {
    return next - window.remaining();
  }

  long remaining() {
    return size - position();
  }

  int i32(String what) throws IOException, BrokenGgufRule {
    ensure(Integer.BYTES, what);
    return window.getInt();
  }

  long u32(String what) throws IOException, BrokenGgufRule {
    return Integer.toUnsignedLong(i32(what));
  }

  long i64(String what) throws IOException, BrokenGgufRule {
    ensure(Long.BYTES, what);
    return window.getLong();
  }

  /**
   * Reads how many things follow.
   *
   * @param leastBytes how many bytes each of them takes at least
   */
  int count(String what, int leastBytes) throws IOException, BrokenGgufRule {
    long count = i64(what);
    long most = Math.min(remaining() / leastBytes, Integer.MAX_VALUE - 8);
    if (count < 0 || count > most) {
      throw new BrokenGgufRule(
          "at byte "
              + (position() - Long.BYTES)
              + " it claims to have "
              + (Long.toUnsignedString(count) + " " + what + "; only " + most)
              + (whole ? " fit into the rest" : " fit into the longest header that is read"));
    }
    return (int) count;
  }

  byte[] bytes(int count, String what) throws IOException, BrokenGgufRule {
    requireLeft(count, what);
    byte[] bytes = new byte[count];
    int buffered = Math.min(count, window.remaining());
    window.get(bytes, 0, buffered);
    readFully(channel, next, ByteBuffer.wrap(bytes, buffered, count - buffered));
    next += count - buffered;
    return bytes;
  }

  /** Reads a string with its length in front. */
  String string(String what, int mostBytes) throws IOException, BrokenGgufRule {
    int length = count("bytes of " + what, 1);
    require(length <= mostBytes, what + " has " + length + " bytes; the most is " + mostBytes);
    return utf8(bytes(length, what), what);
  }

  static String utf8(byte[] bytes, String what) throws BrokenGgufRule {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BrokenGgufRule(what + " is not UTF-8");
    }
  }

  private void ensure(int bytes, String what) throws IOException, BrokenGgufRule {
    if (window.remaining() >= bytes) {
      return;
    }
    requireLeft(bytes, what);
    window.compact();
    window.limit((int) Math.min(window.capacity(), window.position() + size - next));
    int wanted = window.remaining();
    readFully(channel, next, window);
    next += wanted;
    window.flip();
  }

  private void requireLeft(int bytes, String what) throws BrokenGgufRule {
    if (bytes > remaining()) {
      throw new BrokenGgufRule(
          whole
              ? "it ends at byte " + size + ", within " + what
              : "its header has more bytes than " + size + ", the most that is read");
    }
  }

  static void readFully(FileChannel channel, long from, ByteBuffer into) throws IOException {
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        throw new EOFException("the file was cut at byte " + position + " while it was read");
      }
      position += read;
    }
  }
}
