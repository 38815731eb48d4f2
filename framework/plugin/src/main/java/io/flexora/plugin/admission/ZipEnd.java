package io.flexora.plugin.admission;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The distinction of a whole zip from one that is still being written, by its central directory at
 * the end.
 */
public final class ZipEnd {

  /** The shape of a file's end. */
  public enum EndShape {
    /** The central directory is there and fits the file. */
    WHOLE,
    /** It begins as a zip, or is empty, and its end is not there. */
    TORN,
    /** It never was a zip. */
    OTHER
  }

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DIRECTORY_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int COMMENT_MAXIMUM = 0xffff;
  private static final long NEEDS_ZIP64 = 0xffffffffL;

  private ZipEnd() {}

  public static EndShape shape(Path file) throws IOException {
    // Not a channel: an interrupted thread could not read from one.
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      if (opened.length() < Integer.BYTES) {
        return EndShape.TORN;
      }
      int first = read(opened, 0, Integer.BYTES).getInt();
      if (first != LOCAL_HEADER && first != END) {
        return EndShape.OTHER;
      }
      return hasWholeEnd(opened) ? EndShape.WHOLE : EndShape.TORN;
    }
  }

  private static boolean hasWholeEnd(RandomAccessFile opened) throws IOException {
    long size = opened.length();
    int length = (int) Math.min(size, END_SIZE + COMMENT_MAXIMUM);
    ByteBuffer tail = read(opened, size - length, length);
    for (int at = length - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END && endFits(opened, tail, at, size - length + at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endFits(RandomAccessFile opened, ByteBuffer tail, int at, long position)
      throws IOException {
    int comment = Short.toUnsignedInt(tail.getShort(at + 20));
    if (at + END_SIZE + comment != tail.limit()) {
      return false;
    }
    long directorySize = Integer.toUnsignedLong(tail.getInt(at + 12));
    long directory = Integer.toUnsignedLong(tail.getInt(at + 16));
    if (directory == NEEDS_ZIP64 || directorySize == NEEDS_ZIP64) {
      return at >= LOCATOR_SIZE && tail.getInt(at - LOCATOR_SIZE) == ZIP64_LOCATOR;
    }
    if (directory + directorySize > position) {
      return false;
    }
    return directorySize == 0
        || read(opened, directory, Integer.BYTES).getInt() == DIRECTORY_HEADER;
  }

  private static ByteBuffer read(RandomAccessFile opened, long position, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    opened.seek(position);
    opened.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
