package io.flexora.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Standard output that remembers why it could not be written to: a writer around it tells nobody.
 *
 * @since 0.1
 */
public final class StandardOutput extends OutputStream {

  private final OutputStream next;
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  /**
   * Makes it.
   *
   * @param next takes what is written, without a buffer
   */
  public StandardOutput(OutputStream next) {
    this.next = next;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      next.write(bytes, from, length);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
      throw e;
    }
  }

  /**
   * Why not all of it was written; empty if all was, or if its reader has closed the pipe, as
   * {@code head} does when it has enough.
   */
  public Optional<String> loss() {
    return Optional.ofNullable(failure.get())
        .map(e -> String.valueOf(e.getMessage()))
        .filter(why -> !why.toLowerCase(Locale.ROOT).contains("pipe"));
  }
}
