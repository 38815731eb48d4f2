package io.flexora.files.network;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, read piece by piece, that does not wait for ever for the next one.
 *
 * @since 0.1
 */
public final class TimedBody implements BodySubscriber<TimedBody>, Closeable {
  private static final long SLICE_MILLIS = 100;
  private final BlockingQueue<Optional<List<ByteBuffer>>> queue = new LinkedBlockingQueue<>();
  private final Duration timeouts;
  private volatile Throwable failure;
  private Iterator<ByteBuffer> pieces = Collections.emptyIterator();
  private boolean ended;
  private Subscription subscription;
  private boolean closed;

  /** Makes a body that fails if nothing comes for so long. */
  public TimedBody(Duration timeouts) {
    this.timeouts = timeouts;
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public synchronized void onSubscribe(Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  private synchronized void askForMore() {
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    queue.add(Optional.of(item));
  }

  @Override
  public void onError(Throwable throwable) {
    failure = throwable;
    queue.add(Optional.empty());
  }

  @Override
  public void onComplete() {
    queue.add(Optional.empty());
  }

  /**
   * The next piece; absent at the end.
   *
   * @param meanwhile what to do now and then while nothing comes
   * @throws IOException if the connection breaks or nothing comes for too long
   */
  public Optional<ByteBuffer> next(Runnable meanwhile) throws IOException {
    while (!ended && !pieces.hasNext()) {
      Optional<List<ByteBuffer>> batch = batch(meanwhile);
      if (batch.isPresent()) {
        pieces = batch.get().iterator();
        askForMore();
      } else {
        ended = true;
        throwFailure();
      }
    }
    return ended ? Optional.empty() : Optional.of(pieces.next());
  }

  private Optional<List<ByteBuffer>> batch(Runnable meanwhile) throws IOException {
    long deadline = System.nanoTime() + timeouts.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        Optional<List<ByteBuffer>> batch = queue.poll(SLICE_MILLIS, TimeUnit.MILLISECONDS);
        if (batch != null) {
          return batch;
        }
        meanwhile.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while bytes were awaited");
    }
    throw new IOException("nothing came for %d s".formatted(timeouts.toSeconds()));
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      throw new IOException(String.valueOf(failure.getMessage()), failure);
    }
  }

  /**
   * Reads all that is left.
   *
   * @throws IOException if that is more than so many bytes, or it does not come whole
   */
  public byte[] readAll(int most) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Optional<ByteBuffer> piece = next(() -> {});
    while (piece.isPresent()) {
      if (bytes.size() + piece.get().remaining() > most) {
        throw new IOException("the answer is longer than %d bytes".formatted(most));
      }
      byte[] copy = new byte[piece.get().remaining()];
      piece.get().get(copy);
      bytes.write(copy);
      piece = next(() -> {});
    }
    return bytes.toByteArray();
  }

  /** Gives up what is left. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
