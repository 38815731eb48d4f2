package io.flexora.source.maven;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import java.time.Duration;
import java.util.Map;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferResource;

/** The report of a download's bytes to a monitor, which may cancel it. */
final class TransferProgress extends AbstractTransferListener {
  private static final long INTERVAL_NANOS = Duration.ofMillis(200).toNanos();
  private final Coordinates coordinates;
  private final Monitor monitor;
  private volatile CancelledException cancelled;
  private long lastNanos;

  TransferProgress(Coordinates coordinates, Monitor monitor) {
    this.coordinates = coordinates;
    this.monitor = monitor;
  }

  /** Passes on the cancellation that a listener of the library may not throw itself. */
  void throwIfCancelled() {
    if (cancelled != null) {
      throw cancelled;
    }
  }

  @Override
  public void transferStarted(TransferEvent event) {
    TransferResource resource = event.getResource();
    String size =
        resource.getContentLength() < 0
            ? ""
            : " (%.1f MB)".formatted(resource.getContentLength() / 1e6);
    monitor.notice("Downloading " + coordinates + size + " from " + resource.getRepositoryId());
    lastNanos = System.nanoTime() - INTERVAL_NANOS;
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    if (System.nanoTime() - lastNanos >= INTERVAL_NANOS) {
      lastNanos = System.nanoTime();
      step(event);
    }
  }

  @Override
  public void transferSucceeded(TransferEvent event) {
    try {
      step(event);
    } catch (TransferCancelledException e) {
      // The file is whole and stays; throwIfCancelled ends the run.
      return;
    }
    monitor.event(
        new Event.Own(
            "downloaded",
            Map.of(
                "artifact", Figure.of(coordinates.toString()),
                "repository", Figure.of(event.getResource().getRepositoryId()),
                "bytes", Figure.of(event.getTransferredBytes()))));
  }

  private void step(TransferEvent event) throws TransferCancelledException {
    long done = event.getTransferredBytes();
    try {
      monitor.step(Progress.of(done, Math.max(done, event.getResource().getContentLength())));
    } catch (CancelledException e) {
      cancelled = e;
      throw new TransferCancelledException(e.getMessage(), e);
    }
  }
}
