package io.flexora.files.durable;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Lets a writer write as many bytes as were announced, no more and no fewer.
 *
 * @since 0.1
 */
public final class ExactStream extends OutputStream {
  private final OutputStream next;
  private final String writer;
  private final String shape;
  private final long bytes;
  private long left;

  private ExactStream(OutputStream next, String writer, long bytes, String shape) {
    this.next = next;
    this.writer = writer;
    this.shape = shape;
    this.bytes = bytes;
    this.left = bytes;
  }

  /**
   * Writes a content to a stream.
   *
   * @param writer what writes, such as {@code tensor x}
   * @param bytes how many bytes it has to write
   * @param shape what takes so many bytes
   * @throws IOException if the stream cannot take them
   * @throws IllegalArgumentException if the content has more or fewer
   */
  public static void write(
      OutputStream stream, String writer, long bytes, String shape, DurableFile.Content content)
      throws IOException {
    ExactStream exact = new ExactStream(stream, writer, bytes, shape);
    content.writeTo(exact);
    if (exact.left != 0) {
      throw exact.wrongSize();
    }
  }

  @Override
  public void write(int value) throws IOException {
    take(1);
    next.write(value);
  }

  @Override
  public void write(byte[] values, int from, int length) throws IOException {
    take(length);
    next.write(values, from, length);
  }

  private void take(int count) {
    left -= count;
    if (left < 0) {
      throw wrongSize();
    }
  }

  private IllegalArgumentException wrongSize() {
    return new IllegalArgumentException(
        writer + " does not write the " + bytes + " bytes of " + shape);
  }
}
