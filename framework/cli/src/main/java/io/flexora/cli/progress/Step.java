package io.flexora.cli.progress;

import io.flexora.api.run.Progress;

/**
 * The place where a run stands.
 *
 * @param cell the cell's name
 * @param phase {@code search}, {@code train} or {@code evaluate}
 * @param progress how far the phase is, and what was measured
 * @since 0.1
 */
public record Step(String cell, String phase, Progress progress) {

  /** Steps done in the phase. */
  public long done() {
    return progress.done();
  }

  /** Steps of the phase. */
  public long total() {
    return progress.total();
  }

  /** The name of the phase in the whole run. */
  public String title() {
    return isDownload() ? "download" : cell + ": " + phase;
  }

  /** Whether it tells of bytes that are fetched, before any cell runs. */
  boolean isDownload() {
    return cell.isEmpty();
  }

  /** Whether it is the last step of its phase. */
  public boolean ends() {
    return done() >= total();
  }
}
